//@ about = "A first pair: C defines, Rust declares."
//@ call = ["area(3, 4) == 12"]

struct point {
    int x, y;
};

int area(int width, int height) {
    return width * height;
}

long distance(struct point from, struct point to) {
    long x = to.x - from.x, y = to.y - from.y;
    return x * x + y * y;
}

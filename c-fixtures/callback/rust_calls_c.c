//@ about = "Rust calls a C function through a pointer and hands it its user data back"
//@ call = ["c_fold(4) == 30", "rust_fold(@c_add_square, null, 3) == 0"]
typedef int (*visitor)(void *user, int value);

int rust_fold(visitor visit, void *user, int count);

int c_add_square(void *user, int value) {
    int *sum = user;
    if (sum) {
        *sum += value * value;
    }
    return sum ? *sum : 0;
}

int c_fold(int count) {
    int sum = 0;
    return rust_fold(c_add_square, &sum, count) == sum ? sum : -1;
}

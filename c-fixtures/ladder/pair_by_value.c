//@ about = "In wasm a struct of two words goes through a pointer; rustc before 1.89 passed its fields."
//@ ref = ["rust#71871", "BasicCABI: Function signatures"]

struct vector { int a, b; };

int extract_a(struct vector v) { return v.a; }
struct vector swapped(struct vector v) { return (struct vector){v.b, v.a}; }

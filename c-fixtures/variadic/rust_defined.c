//@ about = "Rust defines a variadic sum of ints and C calls it"
//@ ref = ["rust#44930"]
//@ call = ["rust_sum(0) == 0", "rust_sum(3, 10i32, -20i32, 30i32) == 20", "rust_sum(8, 1i32, 2i32, 3i32, 4i32, 5i32, 6i32, 7i32, 8i32) == 36", "c_rust_sum(6) == 42"]
int rust_sum(int count, ...);

int c_rust_sum(int n) {
    return rust_sum(7, n, n, n, n, n, n, n);
}

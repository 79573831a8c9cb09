//@ about = "Rust defines a variadic function that takes triples of long long, double and pointer, past the registers"
//@ ref = ["rust#44930"]
//@ call = ["rust_weigh_triples(1, 4i64, 0.5f64, &[3i32]) == 5.0", "rust_weigh_triples(3, 1i64, 1.0f64, &[1i32], -2i64, 0.5f64, &[10i32], 1000000000000i64, 2.0f64, &[-1i32]) == 2000000000010.0", "c_weigh_triples(3) == 36.0"]
double rust_weigh_triples(int triples, ...);

double c_weigh_triples(int n) {
    int offset = n;
    long long weight = n;
    // A float promotes to double and a short to int on its way into the extras.
    float value = 1.0f;
    return rust_weigh_triples(6, weight, value, &offset, weight, value, &offset, weight, value, &offset, weight, value,
                              &offset, weight, value, &offset, weight, value, &offset);
}

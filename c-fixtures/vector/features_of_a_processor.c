//@ about = "ymm registers by a processor's name in C, by a feature's in Rust."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-march=x86-64-v3"]
#include <immintrin.h>

__m256d first_of(__m256d x, __m256d y) {
    (void)y;
    return x;
}

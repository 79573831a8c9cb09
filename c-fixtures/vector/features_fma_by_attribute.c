//@ about = "ymm registers by -mfma in C, by an attribute of the function in Rust."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-mfma"]
#include <immintrin.h>

__m256d first_of(__m256d x, __m256d y) {
    (void)y;
    return x;
}

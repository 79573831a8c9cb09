//@ about = "ymm registers by the processor of this machine on both sides, where it has AVX."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-march=native"]
#include <immintrin.h>

__m256d first_of(__m256d x, __m256d y) {
    (void)y;
    return x;
}

//@ about = "ymm registers by -mavx2, which implies AVX, against +avx2."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-mavx2"]
#include <immintrin.h>

__m256d first_of(__m256d x, __m256d y) {
    (void)y;
    return x;
}

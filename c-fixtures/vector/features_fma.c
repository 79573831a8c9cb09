//@ about = "ymm registers by -mfma, which implies AVX, against +fma."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-mfma"]
#include <immintrin.h>

__m256d first_of(__m256d x, __m256d y) {
    (void)y;
    return x;
}

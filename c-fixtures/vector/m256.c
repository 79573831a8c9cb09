//@ about = "__m256 travels in one ymm register where the flags of both files enable AVX."
//@ ref = ["psABI 3.2.3", "rust#116558"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ flags = ["-mavx"]
#include <immintrin.h>

__m256 identity_m256(__m256 v) { return v; }
__m256 second_m256(float a, __m256 b) {
    (void)a;
    return b;
}
__m256i identity_m256i(__m256i v) { return v; }

//@ about = "AVX enabled by an attribute only: clang, which looks at the flags of the whole file, still passes __m256 in memory; gcc and rustc use ymm0."
//@ ref = ["psABI 3.2.3", "rust#116558"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ expect = [{ rule = "arg-location", symbol = "identity_m256", toolchain = "clang" }, { rule = "arg-location", symbol = "second_m256", toolchain = "clang" }]
#include <immintrin.h>

__attribute__((target("avx"))) __m256 identity_m256(__m256 v) { return v; }
__attribute__((target("avx"))) __m256 second_m256(float a, __m256 b) {
    (void)a;
    return b;
}

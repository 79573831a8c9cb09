//@ about = "Only Rust is built with AVX: it passes the vector in one ymm register, C in memory."
//@ ref = ["rust#116558", "psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ expect = [{ rule = "target-features", symbol = "identity_m256" }]
#include <immintrin.h>

__m256 identity_m256(__m256 v) { return v; }

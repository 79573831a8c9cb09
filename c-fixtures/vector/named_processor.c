//@ about = "The same vector registers by another spelling: the processor's name here, its features there."
//@ not-applicable = { wasm = "a vector of x86" }
//@ flags = ["-march=haswell"]
#include <immintrin.h>

__m256d twice(__m256d x) { return _mm256_add_pd(x, x); }

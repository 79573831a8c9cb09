//@ about = "__m128d beside a double: each takes one SSE register."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
#include <immintrin.h>

__m128d identity_m128d(__m128d v) { return v; }
double low_lane(__m128d v) { return _mm_cvtsd_f64(v); }
__m128d second_m128d(double a, __m128d b) {
    (void)a;
    return b;
}

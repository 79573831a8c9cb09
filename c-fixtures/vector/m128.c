//@ about = "__m128 travels whole in one SSE register, the ninth one on the stack."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
#include <immintrin.h>

__m128 identity_m128(__m128 v) { return v; }

__m128 ninth_m128(__m128 a, __m128 b, __m128 c, __m128 d, __m128 e, __m128 f, __m128 g, __m128 h, __m128 i) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
    return i;
}

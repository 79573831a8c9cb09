//@ about = "__m128i is SSE like its float sister, though its lanes are integers."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
#include <immintrin.h>

__m128i identity_m128i(__m128i v) { return v; }
__m128i differing_bits(__m128i a, int between, __m128i b) {
    (void)between;
    return _mm_xor_si128(a, b);
}

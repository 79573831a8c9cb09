//@ about = "128-bit integers take two integer registers natively, two i64 in wasm, low half first."
//@ ref = ["psABI 3.2.3", "rust#54341", "BasicCABI: Function signatures"]
#include <stdint.h>

__int128 identity_i128(__int128 x) { return x; }
unsigned __int128 identity_u128(unsigned __int128 x) { return x; }
uint64_t high_half(unsigned __int128 x) { return (uint64_t)(x >> 64); }
unsigned __int128 join_halves(uint64_t high, uint64_t low) { return (unsigned __int128)high << 64 | low; }
unsigned __int128 wrapping_sum(unsigned __int128 a, unsigned __int128 b) { return a + b; }

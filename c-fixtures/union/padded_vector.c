//@ about = "A union of __m128d whose alignment makes it twice as wide: the text, gcc and rustc pass it in memory, clang as if it were one __m256d."
//@ ref = ["psABI 3.2.3, classification (5)"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ expect = [{ rule = "arg-location", toolchain = "clang" }, { rule = "indirect", symbol = "same_pair", toolchain = "clang" }]
//@ flags = ["-mavx"]
#include <immintrin.h>

union pair { double first; __m128d both; } __attribute__((aligned(32)));

double first_of(union pair p) { return p.first; }
union pair same_pair(union pair p) { return p; }

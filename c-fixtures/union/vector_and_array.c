//@ about = "A union of __m256 and an array: the text, gcc and rustc pass it in memory, clang in ymm0, because it gives the array no class."
//@ ref = ["psABI 3.2.3, classification (4) and (5)", "llvm#183723"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ expect = [{ rule = "arg-location", toolchain = "clang" }, { rule = "indirect", symbol = "same_lanes", toolchain = "clang" }]
//@ flags = ["-mavx"]
#include <immintrin.h>
#include <stdint.h>

union lanes { __m256 all; uint64_t each[4]; };

uint64_t last_lane(union lanes l) { return l.each[3]; }
union lanes same_lanes(union lanes l) { return l; }

//@ about = "A struct of __m256 and an array without elements: clang passes it in memory, gcc in ymm0."
//@ ref = ["psABI 3.2.3, classification (5)"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "the x86 vector types exist on x86 only" }
//@ expect = [{ rule = "arg-location", symbol = "same_samples", toolchain = "clang" }, { rule = "indirect", symbol = "same_samples", toolchain = "clang" }]
//@ flags = ["-mavx"]
#include <immintrin.h>

struct samples { __m256 block; float rest[0]; };

struct samples same_samples(struct samples s) { return s; }

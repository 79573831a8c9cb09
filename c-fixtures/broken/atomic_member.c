//@ about = "clang puts a struct with an _Atomic member in memory, Rust and gcc pass it in registers: the layouts agree."
//@ ref = ["psABI 3.2.3"]
//@ expect = [{ rule = "arg-location", symbol = "total_of", target = "native", toolchain = "clang" }]
#include <stdint.h>

struct tally { _Atomic(uint64_t) total; uint64_t limit; };

uint64_t total_of(struct tally t) { return t.total; }

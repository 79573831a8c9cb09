//@ about = "C returns a struct of 24 bytes, Rust a pointer: only one of them expects a hidden first argument."
//@ ref = ["oven-sh/bun#18797"]
//@ expect = [{ rule = "return-type", symbol = "constants" }, { rule = "indirect", symbol = "constants" }]
#include <stdint.h>

struct triple { uint64_t a, b, c; };

struct triple constants(void) { return (struct triple){1, 2, 3}; }

//@ about = "C takes a struct by value, Rust a pointer to it: on the stack against rdi natively, one and the same in wasm."
//@ ref = ["uefi-rs#842"]
//@ expect = [{ rule = "param-type", symbol = "last_word" }, { rule = "indirect", symbol = "last_word", target = "native" }]
#include <stdint.h>

struct triple { uint64_t a, b, c; };

uint64_t last_word(struct triple t) { return t.c; }

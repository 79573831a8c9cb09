//@ about = "C allows null where Rust takes a reference: the machine does the same, the contract does not."
//@ ref = ["rust#40913", "chatmail/core#153"]
//@ call = ["value_at(&[42]) == 42"]
//@ expect = [{ rule = "nullability", symbol = "value_at" }]
#include <stddef.h>
#include <stdint.h>

int32_t value_at(const int32_t *p) { return p != NULL ? *p : -1; }

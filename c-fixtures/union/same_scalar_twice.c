//@ about = "A union of two scalars of one type: in wasm clang passes a pointer, rustc the value; the wasm types are equal."
//@ ref = ["rust#121408", "BasicCABI: Function signatures"]
//@ expect = [{ rule = "indirect", symbol = "first_name", target = "wasm" }]
#include <stdint.h>

union alias { uint32_t first; uint32_t second; };

uint32_t first_name(union alias a) { return a.first; }

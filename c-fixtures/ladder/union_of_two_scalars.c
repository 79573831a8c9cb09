//@ about = "In wasm a union of two scalars goes through a pointer; every rustc so far passes its value."
//@ ref = ["rust#121408", "BasicCABI: Function signatures"]
//@ expect = [{ rule = "indirect", symbol = "first_name", target = "wasm" }]
#include <stdint.h>

union alias { uint32_t first, second; };

uint32_t first_name(union alias a) { return a.first; }

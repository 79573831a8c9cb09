//@ about = "C passes any byte where Rust has a bool: 2 is no bool."
//@ ref = ["endpoint-sec#27", "bindgen#3118"]
//@ call = ["as_number(0) == 0", "as_number(1) == 1"]
//@ expect = [{ rule = "invalid-value", symbol = "as_number" }]
#include <stdint.h>

uint32_t as_number(uint8_t flag) { return flag; }

//@ about = "A union of an int and a float is INTEGER natively and goes through a pointer in wasm."
//@ ref = ["psABI 3.2.3", "BasicCABI: Function signatures"]
#include <stdint.h>

union number { uint32_t bits; float value; };

union number identity_number(union number n) { return n; }
uint32_t bits_of(union number n) { return n.bits; }

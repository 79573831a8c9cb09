//@ about = "A struct of one word by value where C takes its address: one register natively and one parameter on wasm."
//@ expect = [{ rule = "param-type", symbol = "load" }]
#include <stdint.h>

struct counter { uintptr_t value; };

uintptr_t load(const struct counter *counter) { return counter->value; }

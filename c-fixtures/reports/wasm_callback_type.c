//@ expect = [{ rule = "arity", symbol = "visit" }]
//@ about = "wasm: indirect call type mismatch"
#include <stdint.h>

typedef uint32_t (*visitor)(uint32_t);

__attribute__((noinline)) uint32_t visit(visitor visitor, uint32_t value) {
    return visitor(value);
}

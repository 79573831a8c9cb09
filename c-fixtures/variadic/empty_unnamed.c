//@ about = "clang's callers leave out an unnamed struct of unnamed bit-fields on wasm, its va_arg reads one: C does not reach itself."
//@ ref = ["BasicCABI: Function signatures, varargs"]
//@ call = ["through_varargs(3, 77) == 77"]
//@ expect = [{ rule = "value", symbol = "through_varargs", target = "wasm" }]
#include <stdarg.h>
#include <stdint.h>

struct gap { uint32_t : 6; };

static __attribute__((noinline)) uint32_t second(int32_t first, ...) {
    va_list list;
    va_start(list, first);
    (void)va_arg(list, struct gap);
    uint32_t value = va_arg(list, uint32_t);
    va_end(list);
    return value;
}

uint32_t through_varargs(int32_t first, uint32_t value) {
    struct gap g = {};
    return second(first, g, value);
}

//@ about = "clang's callers align an unnamed packed struct of one scalar as the scalar on wasm, its va_arg as the struct: C does not reach itself."
//@ ref = ["BasicCABI: Function signatures, varargs"]
//@ call = ["through_varargs(3, 77) == 77"]
//@ expect = [{ rule = "value", symbol = "through_varargs", target = "wasm" }]
#include <stdarg.h>
#include <stdint.h>

struct __attribute__((packed)) boxed { uint64_t value; };

static __attribute__((noinline)) uint64_t second(int32_t first, ...) {
    va_list list;
    va_start(list, first);
    (void)va_arg(list, int32_t);
    struct boxed b = va_arg(list, struct boxed);
    va_end(list);
    return b.value;
}

uint64_t through_varargs(int32_t first, uint64_t value) {
    struct boxed b = {value};
    return second(first, first, b);
}

//@ about = "a Rust generic lets an f32 reach a C variadic call without promotion to double"
//@ ref = ["rust#61275", "C 6.5.2.2p6"]
//@ call = ["first_double(1, 2.5f64) == 2.5", "rust_passes_double(2.5) == 2.5", "rust_passes_float(2.5) == 2.5"]
//@ expect = [{ rule = "vararg-promotion", symbol = "first_double" }]
#include <stdarg.h>

double first_double(int count, ...) {
    va_list args;
    va_start(args, count);
    double first = va_arg(args, double);
    va_end(args);
    return first;
}

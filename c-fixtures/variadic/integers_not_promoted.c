//@ about = "a Rust generic lets small integers reach a C variadic call unpromoted; that rustc extends them is promised nowhere"
//@ ref = ["rust#61275", "C 6.5.2.2p6"]
//@ call = ["rust_passes(-3, 65535, true) == 65533"]
//@ expect = [{ rule = "vararg-promotion", symbol = "sum_ints" }]
#include <stdarg.h>

int sum_ints(int count, ...) {
    va_list args;
    int sum = 0;
    va_start(args, count);
    for (int i = 0; i < count; i++) {
        sum += va_arg(args, int);
    }
    va_end(args);
    return sum;
}

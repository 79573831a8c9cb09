//@ about = "a variadic C function takes ints and doubles in turn, past the ends of both register files"
//@ ref = ["psABI 3.5.7"]
//@ call = ["weigh(1, 3i32, 0.5f64) == 1.5", "weigh(2, 2i32, 0.25f64, -4i32, 1.5f64) == -5.5", "weigh(10, 1i32, 1.0f64, 2i32, 1.0f64, 3i32, 1.0f64, 4i32, 1.0f64, 5i32, 1.0f64, 6i32, 1.0f64, 7i32, 1.0f64, 8i32, 1.0f64, 9i32, 1.0f64, 10i32, 0.5f64) == 50.0", "rust_weigh(4, 0.5) == 4.25"]
#include <stdarg.h>

double weigh(int pairs, ...) {
    va_list args;
    double sum = 0;
    va_start(args, pairs);
    for (int i = 0; i < pairs; i++) {
        int weight = va_arg(args, int);
        sum += weight * va_arg(args, double);
    }
    va_end(args);
    return sum;
}

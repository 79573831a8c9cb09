//@ about = "the named parameters of a variadic C function use up every register, so that all extras lie on the stack"
//@ ref = ["psABI 3.5.7"]
//@ call = ["after_named(1, 2, 3, 4, 5, 6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -100i64, 2.5f64, 7u64) == -66.5", "rust_after_named(1000) == 1027.5"]
#include <stdarg.h>

double after_named(long long a, long long b, long long c, long long d, long long e, long long f, double g, double h,
                   double i, double j, double k, double l, double m, double n, ...) {
    va_list args;
    double sum = (double)(a + b + c + d + e + f) + g + h + i + j + k + l + m + n;
    va_start(args, n);
    sum += (double)va_arg(args, long long);
    sum += va_arg(args, double);
    sum += (double)va_arg(args, unsigned long long);
    va_end(args);
    return sum - 1;
}

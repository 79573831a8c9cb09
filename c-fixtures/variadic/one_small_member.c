//@ about = "structs of one float or one char after the named parameters, which no promotion touches, and promoted values through a generic"
//@ ref = ["C 6.5.2.2p6", "psABI 3.5.7"]
//@ call = ["rust_passes_structs(1.5, 7) == 8.5", "rust_passes_values(1.5, -2) == -0.5"]
#include <stdarg.h>

struct one_float { float value; };
struct one_char { signed char value; };

double sum_structs(int count, ...) {
    va_list args;
    va_start(args, count);
    struct one_float first = va_arg(args, struct one_float);
    struct one_char second = va_arg(args, struct one_char);
    va_end(args);
    return first.value + second.value;
}

double sum_values(int count, ...) {
    va_list args;
    va_start(args, count);
    double first = va_arg(args, double);
    int second = va_arg(args, int);
    va_end(args);
    return first + second;
}

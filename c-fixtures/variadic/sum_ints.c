//@ about = "C defines a variadic sum of ints; Rust declares it and calls it with nothing, a few and more ints than registers"
//@ ref = ["psABI 3.5.7"]
//@ call = ["sum_ints(0) == 0", "sum_ints(3, 1i32, 2i32, -3i32) == 0", "sum_ints(9, 1i32, 2i32, 3i32, 4i32, 5i32, 6i32, 7i32, 8i32, -9i32) == 27", "rust_sum_ints(5) == 40"]
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

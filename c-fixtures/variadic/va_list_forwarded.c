//@ about = "a variadic Rust function hands its va_list on to a C function that takes one"
//@ ref = ["psABI 3.5.7", "rust#44930"]
//@ call = ["rust_forward(3, 1i32, 20i32, 300i32) == 321", "rust_forward(8, 1i32, 2i32, 3i32, 4i32, 5i32, 6i32, 7i32, 8i32) == 36"]
#include <stdarg.h>

int rust_forward(int count, ...);

int sum_list(int count, va_list args) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += va_arg(args, int);
    }
    return sum;
}

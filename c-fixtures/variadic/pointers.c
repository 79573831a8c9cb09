//@ about = "a variadic C function reads and writes through pointer extras that end with a null pointer"
//@ call = ["double_each(0, null) == 0", "double_each(0, &[1i32, 2i32], &[-7i32], null) == 2", "rust_double_each(21) == 42"]
#include <stdarg.h>
#include <stddef.h>

int double_each(int tag, ...) {
    va_list args;
    int count = 0;
    int *value;
    va_start(args, tag);
    while ((value = va_arg(args, int *)) != NULL) {
        *value *= 2;
        count++;
    }
    va_end(args);
    return count + tag;
}

//@ expect = [{ rule = "trap", symbol = "rust_after_tag", target = "wasm" }, { rule = "crash", symbol = "rust_after_tag", target = "native", toolchain = "clang-14" }]
//@ about = "va_arg of an empty union class eats the next argument"
#include <stdarg.h>

union Nothing {};

struct Tag {
    Nothing nothing;
};

extern "C" int after_tag(int count, ...) {
    va_list args;
    va_start(args, count);
    for (int i = 0; i < count; i++) {
        (void)va_arg(args, int);
    }
    Tag tag = va_arg(args, Tag);
    (void)tag;
    int value = va_arg(args, int);
    va_end(args);
    return value;
}

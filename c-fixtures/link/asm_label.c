//@ about = "an asm label in C and a link_name in Rust lead to the same symbol under different names"
//@ call = ["rust_version() == 2"]
#include <stdint.h>

int32_t version(void) __asm__("library_version_2");

int32_t version(void) {
    return 2;
}

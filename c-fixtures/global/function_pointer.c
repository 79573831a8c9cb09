//@ about = "Rust sets a hook that is a function pointer variable of C, calls through it and clears it again"
//@ call = ["rust_hooks(6) == 37"]
#include <stddef.h>
#include <stdint.h>

uint32_t (*hook)(uint32_t) = NULL;

uint32_t run_hook(uint32_t value) {
    return hook != NULL ? hook(value) : 1;
}

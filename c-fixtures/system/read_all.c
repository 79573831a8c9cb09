//@ about = "Rust reads a descriptor to its end through a C function that makes the raw system call"
//@ targets = ["native"]
//@ not-applicable = { wasm = "a raw system call needs a kernel" }
//@ call = ["rust_read_all(pipe(\"hello world\"), &[0; 16], 16) == 11", "rust_read_all(pipe(\"hello world\"), &[0; 16], 4) == 4", "rust_read_all(-1, &[0; 4], 4) == -9"]
#include <stddef.h>

ptrdiff_t raw_read(int fd, void *buf, size_t count) {
    ptrdiff_t result = 0;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"((long)fd), "S"(buf), "d"(count)
                     : "rcx", "r11", "memory");
    return result;
}

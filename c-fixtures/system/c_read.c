//@ about = "the read system call made by inline assembly: fd in rdi, buffer in rsi, count in rdx"
//@ ref = ["psABI A.2.1"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "a raw system call needs a kernel" }
//@ call = ["c_read(pipe(\"hello\"), &[0; 8], 8) == 5", "c_read(pipe(\"hello\"), &[0; 8], 3) == 3", "c_read(pipe(\"\"), &[7; 8], 8) == 0", "c_read(-1, &[7; 8], 8) == -9"]
#include <stddef.h>

ptrdiff_t c_read(int fd, void *buf, size_t count) {
    // rax takes the number of the call and gives its result; the kernel spoils rcx and r11.
    ptrdiff_t result = 0;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"((long)fd), "S"(buf), "d"(count)
                     : "rcx", "r11", "memory");
    return result;
}

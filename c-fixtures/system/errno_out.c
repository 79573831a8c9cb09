//@ about = "a system call wrapped the way libc does it: -1 as the result and the error beside it"
//@ targets = ["native"]
//@ not-applicable = { wasm = "a raw system call needs a kernel" }
//@ call = ["read_or_errno(pipe(\"abc\"), &[0; 4], 4, &[99]) == 3", "read_or_errno(-1, &[0; 4], 4, &[0]) == -1", "read_or_errno(pipe(\"abc\"), null, 4, &[0]) == -1"]
#include <stddef.h>

ptrdiff_t read_or_errno(int fd, void *buf, size_t count, int *error) {
    ptrdiff_t result = 0;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"((long)fd), "S"(buf), "d"(count)
                     : "rcx", "r11", "memory");
    if (result < 0) {
        *error = (int)-result;
        return -1;
    }
    return result;
}

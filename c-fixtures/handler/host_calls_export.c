//@ about = "a C host calls a handler that Rust exports, reuses its buffer, and asks for what was kept"
//@ call = ["c_host(10) == 145", "c_host(0) == 100", "c_host(33) == -1"]
#include <stddef.h>
#include <stdint.h>

ptrdiff_t rust_handler(const uint8_t *buf, size_t len);
uint32_t rust_kept_sum(void);

int32_t c_host(uint32_t count) {
    uint8_t buf[40];
    for (uint32_t i = 0; i < sizeof buf; i++) {
        buf[i] = (uint8_t)i;
    }
    ptrdiff_t kept = rust_handler(buf, count);
    if (kept < 0) {
        return (int32_t)kept;
    }
    for (uint32_t i = 0; i < sizeof buf; i++) {
        buf[i] = 0xEE;
    }
    return (int32_t)rust_kept_sum() + 100;
}

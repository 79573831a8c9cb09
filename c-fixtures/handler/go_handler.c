//@ about = "a handler keeps a deep copy of a buffer and its length and returns the size, or -1 if it is too long"
//@ call = ["go_handler(&[1, 2, 3], 3) == 3", "go_handler(null, 0) == 0", "go_handler(&[7; 65], 65) == -1", "keep_then_overwrite(&[10, 20, 30, 40], 4) == 100", "keep_then_overwrite(&[1; 64], 64) == 64"]
#include <stddef.h>
#include <stdint.h>

static struct {
    uint8_t bytes[64];
    size_t length;
} kept;

ptrdiff_t go_handler(const uint8_t *buf, size_t len) {
    if (len > sizeof kept.bytes) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        kept.bytes[i] = buf[i];
    }
    kept.length = len;
    return (ptrdiff_t)len;
}

// A shallow copy would see the bytes that are written after the handler has returned.
uint32_t keep_then_overwrite(uint8_t *buf, size_t len) {
    if (go_handler(buf, len) < 0) {
        return 0;
    }
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        buf[i] = 0xEE;
    }
    for (size_t i = 0; i < kept.length; i++) {
        sum += kept.bytes[i];
    }
    return sum;
}

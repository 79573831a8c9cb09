//@ about = "a string is written into the caller's buffer up to its capacity; the length it needs is returned"
//@ call = ["to_hex(48879, &[1; 16], 16) == 4", "to_hex(48879, &[1; 16], 5) == 4", "to_hex(48879, &[1; 16], 4) == 4", "to_hex(0, &[1; 4], 4) == 1", "to_hex(4294967295, null, 0) == 8"]
#include <stddef.h>
#include <stdint.h>

size_t to_hex(uint32_t value, char *out, size_t capacity) {
    size_t length = 1;
    while (length < 8 && value >> (4 * length) != 0) {
        length++;
    }
    size_t written = 0;
    while (written < length && written + 1 < capacity) {
        out[written] = "0123456789abcdef"[value >> (4 * (length - 1 - written)) & 15];
        written++;
    }
    if (capacity > 0) {
        out[written] = '\0';
    }
    return length;
}

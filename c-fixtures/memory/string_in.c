//@ about = "a NUL-terminated string is read byte by byte, bytes above 127 included"
//@ call = ["count_byte(\"banana\", 97) == 3", "count_byte(\"\", 97) == 0", "count_byte(null, 97) == 0", "count_byte(&[-61, -97, 97, -61, 0, -61], 195) == 2"]
#include <stddef.h>
#include <stdint.h>

size_t count_byte(const char *text, uint8_t byte) {
    size_t count = 0;
    for (; text != NULL && *text != '\0'; text++) {
        count += (uint8_t)*text == byte;
    }
    return count;
}

//@ about = "one signed word carries either a count or a negative error number, without a kernel"
//@ call = ["copy_checked(&[0; 4], 4, &[1, 2, 3], 3) == 3", "copy_checked(&[9; 2], 2, &[1, 2, 3], 3) == -34", "copy_checked(null, 4, &[1, 2, 3], 3) == -14", "copy_checked(null, 0, null, 0) == 0"]
#include <stddef.h>
#include <stdint.h>

enum { BAD_ADDRESS = 14, OUT_OF_RANGE = 34 };

ptrdiff_t copy_checked(uint8_t *to, size_t capacity, const uint8_t *from, size_t count) {
    if (count > capacity) {
        return -OUT_OF_RANGE;
    }
    if (count > 0 && (to == NULL || from == NULL)) {
        return -BAD_ADDRESS;
    }
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
    return (ptrdiff_t)count;
}

//@ about = "Data pointers reach the buffer that the caller made, for reading and for writing."
//@ call = ["read_third(&[10, -20, 30, 40]) == 30", "store_at(&[1, 2, 3], 2, -7)", "text_sum(\"four\") == 444", "text_sum(\"\") == 0", "is_null(null) == 1", "is_null(&[0]) == 0"]
#include <stddef.h>
#include <stdint.h>

int32_t read_third(const int32_t *values) { return values[2]; }

void store_at(int32_t *values, uint32_t index, int32_t value) { values[index] = value; }

// Counting the characters instead would be compiled to strlen, which a freestanding target lacks.
uint32_t text_sum(const char *text) {
    uint32_t sum = 0;
    while (*text) sum += (unsigned char)*text++;
    return sum;
}

int32_t is_null(const void *p) { return p == NULL; }

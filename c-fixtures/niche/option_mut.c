//@ about = "Option<&mut T> and Option<NonNull<T>> are pointers that may be null."
//@ call = ["increment(&[41])", "increment(null)", "is_present(&[7]) == 1", "is_present(null) == 0"]
#include <stddef.h>
#include <stdint.h>

void increment(uint32_t *value) {
    if (value != NULL) *value += 1;
}

int32_t is_present(uint32_t *value) { return value != NULL; }

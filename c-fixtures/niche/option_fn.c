//@ about = "Option<extern fn> is a function pointer that may be null."
//@ ref = ["rust#40913", "chatmail/core#153"]
//@ call = ["apply_or(@twice, 21, -1) == 42", "apply_or(null, 21, -1) == -1", "twice(4) == 8"]
#include <stddef.h>
#include <stdint.h>

int32_t twice(int32_t x) { return (int32_t)((uint32_t)x * 2); }

int32_t apply_or(int32_t (*function)(int32_t), int32_t x, int32_t otherwise) {
    return function != NULL ? function(x) : otherwise;
}

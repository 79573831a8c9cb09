//@ about = "Option<&T> is a pointer that may be null: None is null."
//@ ref = ["rust#40913", "chatmail/core#153"]
//@ call = ["value_or(&[42], -1) == 42", "value_or(null, -1) == -1"]
#include <stddef.h>
#include <stdint.h>

int32_t value_or(const int32_t *value, int32_t otherwise) { return value != NULL ? *value : otherwise; }

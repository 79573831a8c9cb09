//@ about = "C allows a null callback where Rust takes a function pointer that cannot be null."
//@ ref = ["rust#40913", "chatmail/core#153"]
//@ call = ["apply(@twice, 21) == 42"]
//@ expect = [{ rule = "nullability", symbol = "apply" }]
#include <stddef.h>
#include <stdint.h>

int32_t twice(int32_t x) { return (int32_t)((uint32_t)x * 2); }

int32_t apply(int32_t (*function)(int32_t), int32_t x) { return function != NULL ? function(x) : x; }

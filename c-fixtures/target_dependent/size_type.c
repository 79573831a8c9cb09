//@ about = "size_t, ptrdiff_t and the intptr types have the width of a pointer, as usize and isize."
//@ ref = ["BasicCABI: Data Representation"]
#include <stddef.h>
#include <stdint.h>

size_t identity_size(size_t x) { return x; }
ptrdiff_t identity_difference(ptrdiff_t x) { return x; }
uintptr_t identity_address(uintptr_t x) { return x; }

//@ about = "An array of length one counts as its element when wasm looks for a singleton, one of two does not."
//@ ref = ["BasicCABI: Function signatures", "rust#71871", "PR#138601"]
#include <stdint.h>

struct one { int32_t a[1]; };
struct two { int32_t a[2]; };

int32_t only_of(struct one s) { return s.a[0]; }
int32_t second_of(struct two s) { return s.a[1]; }
struct one make_one(int32_t a) { return (struct one){{a}}; }

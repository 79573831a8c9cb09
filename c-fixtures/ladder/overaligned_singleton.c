//@ about = "In wasm a scalar in a struct of greater alignment goes through a pointer; rustc before 1.89 passed it."
//@ ref = ["rust#71871", "PR#138601", "BasicCABI: Function signatures"]
#include <stdint.h>

struct __attribute__((aligned(8))) spaced { int32_t value; };

int32_t value_of(struct spaced s) { return s.value; }

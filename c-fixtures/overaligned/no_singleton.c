//@ about = "In wasm a scalar in a struct of greater alignment is no singleton: it goes through a pointer."
//@ ref = ["BasicCABI: Function signatures", "rust#71871", "PR#138601"]
#include <stdint.h>

struct __attribute__((aligned(8))) spaced { int32_t value; };

int32_t value_of(struct spaced s) { return s.value; }
struct spaced make_spaced(int32_t value) { return (struct spaced){value}; }

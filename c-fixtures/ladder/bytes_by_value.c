//@ about = "In wasm a struct of four bytes goes through a pointer; rustc before 1.89 passed each byte."
//@ ref = ["rust#71871", "PR#138601", "BasicCABI: Function signatures"]
#include <stdint.h>

struct bytes { uint8_t at[4]; };

uint32_t last_of(struct bytes b) { return b.at[3]; }

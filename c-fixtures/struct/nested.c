//@ about = "A nested struct is classified by the fields it flattens to, its own padding included."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct inner { uint32_t a; uint8_t b; };
struct outer { struct inner inner; float c; uint8_t d; };

float outer_c(struct outer o) { return o.c; }
struct inner inner_of(struct outer o) { return o.inner; }
struct outer wrap(struct inner inner, float c, uint8_t d) { return (struct outer){inner, c, d}; }

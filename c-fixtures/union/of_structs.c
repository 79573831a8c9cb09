//@ about = "A union of structs merges their classes per eightbyte: one half SSE, the other INTEGER."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct floats { float a, b, c; };
struct double_and_int { double a; int32_t b; };
union either { struct floats floats; struct double_and_int mixed; };

union either identity_either(union either e) { return e; }
int32_t mixed_b(union either e) { return e.mixed.b; }

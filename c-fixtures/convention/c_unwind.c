//@ about = "extern \"C-unwind\" passes everything as extern \"C\" does"
#include <stdint.h>

struct pair {
    uint32_t low;
    float high;
};

struct pair keep_pair(struct pair pair, int8_t ignored) {
    (void)ignored;
    return pair;
}

//@ about = "Integer and SSE registers run out independently; the overflow of both shares one stack in order."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

uint64_t last_int(double fa, uint64_t a, double fb, uint64_t b, double fc, uint64_t c, double fd, uint64_t d, double fe,
                  uint64_t e, double ff, uint64_t f, double fg, uint64_t g, double fh, uint64_t h, double fi, uint64_t i) {
    (void)fa, (void)fb, (void)fc, (void)fd, (void)fe, (void)ff, (void)fg, (void)fh, (void)fi;
    return a ^ b ^ c ^ d ^ e ^ f ^ 3 * g ^ 5 * h ^ 7 * i;
}

double last_float(double fa, uint64_t a, double fb, uint64_t b, double fc, uint64_t c, double fd, uint64_t d, double fe,
                  uint64_t e, double ff, uint64_t f, double fg, uint64_t g, double fh, uint64_t h, double fi, uint64_t i) {
    (void)fa, (void)fb, (void)fc, (void)fd, (void)fe, (void)ff, (void)fg, (void)fh;
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i;
    return fi;
}

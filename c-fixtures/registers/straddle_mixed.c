//@ about = "A struct of an integer and a double goes whole to the stack when only integer registers have run out."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct sample { uint64_t time; double value; };

// The double after it still takes the first SSE register, which the struct gave back.
double after_sample(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, struct sample s, double g) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)s;
    return g;
}

double sample_value(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, struct sample s, double g) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
    return s.value;
}

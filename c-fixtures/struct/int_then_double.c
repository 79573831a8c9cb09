//@ about = "A 64-bit integer and a double: the result comes back in rax and xmm0."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct sample { int64_t time; double value; };

struct sample make_sample(double value, int64_t time) { return (struct sample){time, value}; }
double sample_value(struct sample s) { return s.value; }

//@ about = "_Float16 travels in a vector register like the wider floats, alone, in a struct and on the stack."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
#include <stdint.h>

struct shade { _Float16 red, green, blue; };
struct sample { _Float16 level; uint32_t at; };

_Float16 identity_f16(_Float16 x) { return x; }
_Float16 green_of(struct shade s) { return s.green; }
struct shade make_shade(_Float16 red, _Float16 green, _Float16 blue) { return (struct shade){red, green, blue}; }
struct sample identity_sample(struct sample s) { return s; }

// Eight vector registers are taken.
_Float16 ninth(double a, double b, double c, double d, double e, double f, double g, double h, _Float16 x) {
    return a + b + c + d + e + f + g + h == 0 ? (_Float16)0 : x;
}

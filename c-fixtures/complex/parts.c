//@ about = "A complex number is passed as a struct of its two parts, alone, inside a struct and on the stack."
//@ ref = ["psABI 3.2.3", "C 6.2.5p13"]
#include <stdint.h>

struct wave { uint32_t id; float _Complex value; };
struct swing { double _Complex value; };

float _Complex identity_c32(float _Complex z) { return z; }
double _Complex identity_c64(double _Complex z) { return z; }
float _Complex wave_value(struct wave w) { return w.value; }
struct swing make_swing(double _Complex value) { return (struct swing){value}; }

// Eight vector registers are taken, so the complex number lies on the stack.
double _Complex ninth(double a, double b, double c, double d, double e, double f, double g, double h,
                      double _Complex z, uint32_t after) {
    return a + b + c + d + e + f + g + h == after ? z : -z;
}

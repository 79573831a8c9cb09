//@ about = "GNU C's complex integers are two parts side by side, as a struct of two integers."
//@ ref = ["psABI 3.2.3", "GCC manual: Complex Data Types"]
//@ targets = ["native"]
#include <stdint.h>

struct cell { uint8_t tag; short _Complex value; };

char _Complex identity_ci8(char _Complex z) { return z; }
short _Complex identity_ci16(short _Complex z) { return z; }
int _Complex identity_ci32(int _Complex z) { return z; }
short _Complex cell_value(struct cell c) { return c.value; }

// Six general registers are taken, so the complex number lies on the stack.
int _Complex seventh(int a, int b, int c, int d, int e, int f, int _Complex z, int after) {
    return (a ^ b ^ c ^ d ^ e ^ f) == after ? z : ~z;
}

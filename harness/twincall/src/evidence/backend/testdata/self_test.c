// What the start-up self-test compiles with clang: every form of text that the reader relies on, with answers known from the psABI.
#include <stdarg.h>

typedef struct { long a; double b; } mixed;
typedef struct { long a, b, c; } three;

long sink;

// Parameters in registers and on the stack, a result in a general register.
int t_integers(signed char a, unsigned short b, int c, long d, int e, int f, int g, long h) {
    sink = a + b + c + d + e + f + g + h;
    return 0;
}
double t_floating(float a, double b) { sink = (long)b; return a; }
mixed t_mixed(mixed a) { return a; }
three t_three(three a, int b) { sink = b; return a; }
long double t_long_double(long double a) { return a; }
long t_variadic(long a, ...) {
    va_list list;
    va_start(list, a);
    long next = va_arg(list, long);
    va_end(list);
    return a + next;
}

int x_integers(signed char, unsigned short, int, long, int, int, int, long);
double x_floating(float, double);
mixed x_mixed(mixed);
three x_three(three, int);
long double x_long_double(long double);
int x_variadic(long, ...);

int u_integers(signed char *a, unsigned short *b) { return 1 + x_integers(*a, *b, 3, 4, 5, 6, 7, 8); }
double u_floating(float a, double b) { return 1 + x_floating(a, b); }
long u_mixed(mixed *a) { return 1 + x_mixed(*a).a; }
long u_three(three *a) { return 1 + x_three(*a, 2).a; }
long double u_long_double(long double a) { return 1 + x_long_double(a); }
int u_variadic(double a) { return 1 + x_variadic(1, a, a, 4); }

// One function for each thing that back-end text shows of a call: f_* are callees, c_* are callers of x_* that are defined elsewhere.
#include <stdarg.h>

typedef float m128 __attribute__((vector_size(16)));
typedef float m256 __attribute__((vector_size(32)));
typedef struct { int a; } one;
typedef struct { long a, b; } two;
typedef struct { long a, b, c; } three;
typedef struct { long a; double b; } mixed;
typedef struct { float a, b, c; } floats;
typedef struct { double a, b; } doubles;
typedef struct { _Alignas(32) long a; long b[5]; } over;
typedef struct { char bytes[200]; } large;

long sink;

// Callees.
void f_none(void) {}
int f_narrow(signed char a, unsigned char b, short c, unsigned short d, _Bool e) { sink = a + b + c + d + e; return 0; }
long f_wide(int a, unsigned b, long c, void *d) { sink = a + b + c; return (long)d; }
signed char f_char(signed char a) { return a; }
_Bool f_bool(_Bool a) { return a; }
short f_short(short a) { return a; }
int f_ints(int a, int b, int c, int d, int e, int f, int g, short h, signed char i, long j) { sink = a + b + c + d + e + f; return g + h + i + (int)j; }
float f_floats(float a, double b) { sink = (long)b; return a; }
double f_doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i, float j) { sink = (long)(a + b + c + d + e + f + g + h); return i + j; }
one f_one(one a) { return a; }
two f_two(two a, int b) { sink = b; return a; }
three f_three(three a, int b) { sink = b; return a; }
mixed f_mixed(mixed a, double b) { sink = (long)b; return a; }
floats f_three_floats(floats a) { return a; }
doubles f_two_doubles(doubles a) { return a; }
long f_fallen(int a, int b, int c, int d, int e, two f, int g) { sink = a + b + c + d + e + f.a; return f.b + g; }
long f_over(int a, over b, int c) { sink = a + c; return b.a; }
__int128 f_i128(__int128 a) { return a; }
long f_i128_sixth(int a, int b, int c, int d, int e, __int128 f, int g) { sink = a + b + c + d + e + g; return (long)f; }
long double f_long_double(long double a, int b) { sink = b; return a; }
_Complex float f_complex_float(_Complex float a) { return a; }
_Complex double f_complex_double(_Complex double a) { return a; }
_Complex long double f_complex_long_double(_Complex long double a) { return a; }
m128 f_m128(m128 a, int b) { sink = b; return a; }
__attribute__((target("avx"))) m256 f_m256(m256 a, int b) { sink = b; return a; }
int f_variadic(int a, double b, ...) {
    sink = a + (long)b;
    va_list list;
    va_start(list, b);
    int first = va_arg(list, int);
    va_end(list);
    return first;
}

// Callers.
void x_none(void);
int x_narrow(signed char, unsigned char, short, unsigned short, _Bool);
signed char x_char(signed char);
_Bool x_bool(int);
int x_ints(int, int, int, int, int, int, int, short, signed char, long);
double x_doubles(double, double, double, double, double, double, double, double, double, float);
float x_float(float);
two x_two(two, int);
three x_three(three, int);
mixed x_mixed(mixed, double);
floats x_three_floats(floats);
long x_over(int, over, int);
long x_large(int, large, int);
__int128 x_i128(int, int, int, int, int, __int128, int);
long double x_long_double(long double, int);
_Complex long double x_complex_long_double(_Complex long double);
m128 x_m128(m128, int);
__attribute__((target("avx"))) m256 x_m256(m256, int);
int x_variadic(const char *, ...);

void c_none(void) { x_none(); sink = 1; }
int c_narrow(signed char *a, unsigned char *b, short *c, unsigned short *d, _Bool *e) { return 1 + x_narrow(*a, *b, *c, *d, *e); }
int c_char(signed char *a) { return 1 + x_char(*a); }
int c_bool(int a) { return 1 + x_bool(a); }
int c_ints(short *h, signed char *i) { return 1 + x_ints(1, 2, 3, 4, 5, 6, 7, *h, *i, 10); }
double c_doubles(double a) { return 1 + x_doubles(a, 2, 3, 4, 5, 6, 7, 8, 9, 10); }
float c_float(float a) { return 1 + x_float(a); }
long c_two(two *a) { return 1 + x_two(*a, 3).b; }
long c_three(three *a) { return 1 + x_three(*a, 3).b; }
double c_mixed(mixed *a) { return 1 + x_mixed(*a, 2.5).b; }
float c_three_floats(floats *a) { return 1 + x_three_floats(*a).c; }
long c_over(over *a) { return 1 + x_over(1, *a, 3); }
long c_large(large *a) { return 1 + x_large(1, *a, 3); }
long c_i128(__int128 *a) { return 1 + (long)x_i128(1, 2, 3, 4, 5, *a, 7); }
long double c_long_double(long double a) { return 1 + x_long_double(a, 2); }
long double c_complex_long_double(_Complex long double *a) { return 1 + __imag__ x_complex_long_double(*a); }
float c_m128(m128 *a) { return 1 + x_m128(*a, 2)[0]; }
__attribute__((target("avx"))) float c_m256(m256 *a) { return 1 + x_m256(*a, 2)[0]; }
int c_variadic(float a, short *b) { return 1 + x_variadic("", 1, a, *b, 2.5); }
int c_variadic_general(void) { return 1 + x_variadic("", 1); }
long c_indirect(long (*f)(int, mixed), mixed *a) { return 1 + f(1, *a); }
long c_ignored(two *a) { x_two(*a, 3); return 1; }
int c_tail(int a) { return x_variadic("", a, 0.5); }

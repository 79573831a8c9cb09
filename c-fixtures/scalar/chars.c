//@ about = "The three char types and wchar_t have Rust counterparts of the same width."
#include <stddef.h>

char identity_char(char x) { return x; }
signed char identity_schar(signed char x) { return x; }
unsigned char identity_uchar(unsigned char x) { return x; }
// wchar_t is a signed 32-bit integer on both targets.
wchar_t identity_wchar(wchar_t x) { return x; }

//@ about = "C's own integer names have the width of Rust's c_ types."
//@ ref = ["psABI 3.1.2", "BasicCABI: Data Representation"]
short identity_short(short x) { return x; }
unsigned short identity_ushort(unsigned short x) { return x; }
int identity_int(int x) { return x; }
unsigned identity_uint(unsigned x) { return x; }
long long identity_longlong(long long x) { return x; }
unsigned long long identity_ulonglong(unsigned long long x) { return x; }

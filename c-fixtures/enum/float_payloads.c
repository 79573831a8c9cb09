//@ about = "A Rust enum with an f32 in one variant and an f64 in another is a tagged union in C, of which clang passes half of the double."
//@ ref = ["psABI 3.2.3, classification (4)", "llvm#83388", "Rust reference, primitive representation of enums with fields"]
//@ expect = [
//@   { rule = "value", target = "native", toolchain = "clang" },
//@ ]
#include <stdint.h>

struct narrow { uint64_t tag; float value; };
struct wide { uint64_t tag; double value; };
union number { struct narrow narrow; struct wide wide; };

double take(union number number);
union number make(double value);

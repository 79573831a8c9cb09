//@ about = "A struct and a union that hold a 128-bit integer, with each number of registers left and on the stack."
//@ ref = ["psABI 3.2.3", "rust#54341"]
//@ targets = ["native"]
#include <stdint.h>

struct wide { unsigned __int128 value; };
union either { unsigned __int128 wide; uint64_t narrow; };

typedef uint64_t u;

uint64_t after_0(struct wide w, union either e, u z) { return (uint64_t)w.value ^ e.narrow ^ z; }
uint64_t after_1(u a, struct wide w, union either e, u z) { return (uint64_t)w.value ^ e.narrow ^ a ^ z; }
uint64_t after_2(u a, u b, struct wide w, union either e, u z) { return (uint64_t)w.value ^ e.narrow ^ a ^ b ^ z; }
uint64_t after_3(u a, u b, u c, struct wide w, union either e, u z) {
    return (uint64_t)w.value ^ e.narrow ^ a ^ b ^ c ^ z;
}
uint64_t after_4(u a, u b, u c, u d, struct wide w, union either e, u z) {
    return (uint64_t)w.value ^ e.narrow ^ a ^ b ^ c ^ d ^ z;
}
uint64_t after_5(u a, u b, u c, u d, u e, struct wide w, union either f, u z) {
    return (uint64_t)w.value ^ f.narrow ^ a ^ b ^ c ^ d ^ e ^ z;
}
uint64_t after_6(u a, u b, u c, u d, u e, u f, struct wide w, union either g, u z) {
    return (uint64_t)w.value ^ g.narrow ^ a ^ b ^ c ^ d ^ e ^ f ^ z;
}
uint64_t after_7(u a, u b, u c, u d, u e, u f, u g, struct wide w, union either h, u z) {
    return (uint64_t)w.value ^ h.narrow ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ z;
}
struct wide make_wide(u low, u high) { return (struct wide){(unsigned __int128)high << 64 | low}; }
union either make_either(u low) { return (union either){.wide = low}; }

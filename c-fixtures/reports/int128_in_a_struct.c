//@ expect = [{ rule = "field-offset", symbol = "low_half", toolchain = "rustc-1.63" }, { rule = "layout-size", symbol = "low_half", toolchain = "rustc-1.63" }]
//@ about = "A struct with a u128 in it has 24 bytes in Rust and 32 in C"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct wide {
    uint8_t tag;
    unsigned __int128 value;
};

uint64_t low_half(const struct wide *wide) {
    return (uint64_t)wide->value;
}
void twincall_report_main(void);

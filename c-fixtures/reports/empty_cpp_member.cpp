//@ expect = [{ rule = "arg-location", symbol = "right_of", target = "native" }, { rule = "field-offset", symbol = "right_of" }, { rule = "layout-size", symbol = "right_of" }]
//@ about = "cbindgen: an empty struct as a member moves everything behind it"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct Phantom {};

struct Range {
    int32_t left;
    Phantom unit;
    int32_t right;
};

extern "C" int32_t right_of(Range range) {
    return range.right;
}
extern "C" void twincall_report_main(void);

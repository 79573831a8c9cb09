//@ expect = [{ rule = "field-offset", symbol = "second_value" }, { rule = "field-width", symbol = "second_value" }, { rule = "layout-size", symbol = "second_value" }, { rule = "layout-align", symbol = "second_value" }]
//@ about = "wasm_val_t has a member that the header does not have"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct wasm_val {
    uint8_t kind;
    union {
        int32_t i32;
        int64_t i64;
        float f32;
        double f64;
    } of;
};

int64_t second_value(const struct wasm_val *values) {
    return values[1].of.i64;
}
void twincall_report_main(void);

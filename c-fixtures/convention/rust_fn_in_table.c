//@ about = "a table holds a plain Rust fn where C calls through a C function pointer"
//@ ref = ["cbindgen#1125"]
//@ call = ["rust_drive(-5) == -5"]
//@ expect = [{ rule = "calling-convention", symbol = "drive", target = "native" }, { rule = "crash", symbol = "rust_drive", target = "native" }]
#include <stdint.h>

struct sample {
    float before;
    int32_t value;
    float after;
};

struct table {
    int32_t (*read)(struct sample sample);
};

int32_t drive(const struct table *table, int32_t value) {
    struct sample sample = {0.5f, value, 0.25f};
    return table->read(sample);
}

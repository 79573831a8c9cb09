//@ about = "C reads and writes a struct variable and a pointer that Rust defines"
//@ call = ["c_sets(40) == 42", "c_sets(-2) == 0"]
#include <stdint.h>

struct gauge {
    int64_t value;
    const int32_t *step;
};

extern struct gauge RUST_GAUGE;
extern int32_t RUST_STEP;

int64_t rust_advance(void);

int64_t c_sets(int32_t value) {
    RUST_STEP = 2;
    RUST_GAUGE.value = value;
    // Rust set this pointer to the address of its own variable; both sides must see one and the same.
    if (RUST_GAUGE.step != &RUST_STEP) {
        return -1;
    }
    return rust_advance();
}

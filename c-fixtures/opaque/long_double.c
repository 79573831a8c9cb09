//@ about = "A struct with a long double member that only C knows: Rust holds it behind a pointer to an opaque type."
//@ ref = ["bindgen#2378", "PR#2403", "rust#74393", "tool-conventions#226"]
//@ call = ["measured(2.5, 7) == 7", "shown(-0.0, 1)", "shown(1.25, 1) == 1.25"]
#include <stdint.h>

// No arithmetic on the long double: in wasm that would call into a support library.
struct measure { double shown; long double exact; int32_t unit; };

static struct measure slot;

struct measure *measure_make(double shown, int32_t unit) {
    slot.shown = shown;
    slot.exact = 1.5L;
    slot.unit = unit;
    return &slot;
}

double measure_shown(const struct measure *m) { return m->shown; }
int32_t measure_unit(const struct measure *m) { return m->unit; }

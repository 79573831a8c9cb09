//@ about = "Rust reads and writes an int and a struct variable that C defines"
//@ call = ["rust_sets(7, 2.5) == 31.5", "rust_sets(-1, 0.0) == 6.0"]
#include <stdint.h>

struct settings {
    uint8_t level;
    double scale;
    int16_t offsets[3];
};

int32_t counter = 5;
struct settings settings = {1, 1.0, {10, 20, 30}};

double c_reads(void) {
    return counter * settings.scale + settings.level + settings.offsets[2];
}

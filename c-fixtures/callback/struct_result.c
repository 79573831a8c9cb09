//@ about = "callbacks return structs: one in an integer and an SSE register, one through memory"
//@ ref = ["psABI 3.2.3"]
//@ call = ["rust_measure(3) == 20.5"]
#include <stdint.h>

struct reading {
    int64_t id;
    double value;
};

struct summary {
    int64_t count;
    double mean;
    int32_t last;
};

double measure(struct reading (*read)(int32_t), struct summary (*summarise)(int32_t), int32_t n) {
    struct reading reading = read(n);
    struct summary summary = summarise(n);
    return (double)reading.id + reading.value + (double)summary.count + summary.mean + summary.last;
}

//@ about = "a callback takes structs by value: 24 bytes in memory, three floats in two SSE registers"
//@ ref = ["psABI 3.2.3"]
//@ call = ["rust_on_events(3) == 27", "c_on_event(1) == 38"]
#include <stdint.h>

struct event {
    int64_t time;
    int32_t code;
    double weight;
};

struct point {
    float x, y, z;
};

typedef int64_t (*event_callback)(int32_t index, struct event event, struct point point);

int64_t rust_event(int32_t index, struct event event, struct point point);

int64_t on_events(event_callback callback, int32_t count) {
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        struct event event = {i, i * 2, 0.5};
        struct point point = {1.0f, 2.0f, (float)i};
        sum += callback(i, event, point);
    }
    return sum;
}

int64_t c_on_event(int32_t index) {
    struct event event = {10, 20, 1.5};
    struct point point = {1.0f, 2.0f, 1.0f};
    return rust_event(index, event, point);
}

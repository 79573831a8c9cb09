//@ expect = [{ rule = "field-offset", symbol = "event_e" }]
//@ about = "bindgen: __attribute__((packed, aligned(8))) is not repr(packed(8))"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct __attribute__((packed, aligned(8))) event {
    uint32_t words[5];
    uint64_t e;
};

uint64_t event_e(const struct event *event) {
    return event->e;
}
void twincall_report_main(void);

//@ expect = [{ rule = "field-offset", symbol = "key_of" }, { rule = "field-width", symbol = "key_of" }, { rule = "layout-size", symbol = "key_of" }]
//@ about = "Every message is unreadable since the firmware uses -fshort-enums"
//@ flags = ["-fshort-enums"]
//@ program = ["twincall_report_main()"]
#include <stdint.h>

enum kind { KEY, POINTER, TOUCH };

struct event {
    enum kind kind;
    uint8_t sequence;
    uint16_t tail;
    uint32_t key;
};

uint32_t key_of(const struct event *event) {
    return event->key;
}
void twincall_report_main(void);

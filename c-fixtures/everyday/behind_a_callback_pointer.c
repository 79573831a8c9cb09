//@ about = "The struct behind the pointer that a callback takes has another field type in the binding."
//@ expect = [{ rule = "layout-size", symbol = "on_event" }, { rule = "layout-align", symbol = "on_event" }, { rule = "field-offset", symbol = "on_event" }, { rule = "field-width", symbol = "on_event" }]
#include <stdint.h>

struct event { uint8_t kind; uint16_t code; uint32_t when; };

void on_event(void (*callback)(const struct event *event, int last)) { (void)callback; }

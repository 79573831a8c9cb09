//@ about = "A callback writes eight bytes where C has room for four; the same in a struct of callbacks and in a global one."
//@ expect = [{ rule = "field-width", symbol = "on_value" }, { rule = "field-width", symbol = "install" }, { rule = "field-width", symbol = "hook" }]
#include <stdint.h>

struct table { void (*store)(int32_t *out); };

void (*hook)(int32_t *out);
void on_value(void (*callback)(int32_t *out)) { (void)callback; }
void install(const struct table *table) { (void)table; }

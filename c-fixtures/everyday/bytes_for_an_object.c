//@ about = "A byte where the other side writes an int, a short or an address: there is no room for it."
//@ expect = [{ rule = "field-width", symbol = "get_int" }, { rule = "field-width", symbol = "get_short" }, { rule = "field-width", symbol = "get_address" }]
#include <stdint.h>

void get_int(int32_t *value) { (void)value; }
void get_short(int16_t *value) { (void)value; }
void get_address(int32_t **value) { (void)value; }

//@ about = "Bytes as a view of other elements: with a length beside them, only read, or behind a pointer to void."
//@ ref = ["C 6.5p7"]
#include <stddef.h>
#include <stdint.h>

struct buffer { uint8_t *data; size_t length; };

void fill(uint8_t *data, size_t length) { (void)data; (void)length; }
void print(const uint16_t *text) { (void)text; }
void anything(void *data) { (void)data; }
void take(const struct buffer *buffer) { (void)buffer; }

//@ about = "A struct on the stack that begins with eight bytes in which only one value is valid"
//@ ref = ["psABI 3.2.3, passing"]
#include <stdint.h>

enum only { only_a };

struct row {
    enum only first;
    enum only second;
    uint8_t byte;
    enum only others[10];
    float number;
    enum only last[2];
};

uint8_t byte_of(struct row row) { return row.byte; }
float number_of(struct row row) { return row.number; }

//@ about = "An enum with an underlying type of one byte is zero-extended like that byte."
//@ ref = ["C23 6.7.3.3"]
#include <stdint.h>

enum level : unsigned char { LEVEL_LOW = 1, LEVEL_MIDDLE = 100, LEVEL_HIGH = 255 };

enum level identity_level(enum level l) { return l; }
int64_t level_number(enum level l) { return l; }

//@ about = "Negative values make the enum signed; widening it keeps the sign."
#include <stdint.h>

enum direction { DIRECTION_BACK = -1, DIRECTION_STOP = 0, DIRECTION_FORTH = 1, DIRECTION_LEAST = -2147483647 - 1 };

enum direction identity_direction(enum direction d) { return d; }
int64_t direction_number(enum direction d) { return d; }

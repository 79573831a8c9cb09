//@ about = "repr(transparent) newtypes are what they hold: an integer, a double, a struct."
#include <stdint.h>

struct pair { uint32_t a, b; };

int32_t next_id(int32_t id) { return (int32_t)((uint32_t)id + 1); }
double identity_metres(double metres) { return metres; }
struct pair identity_pair(struct pair p) { return p; }

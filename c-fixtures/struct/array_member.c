//@ about = "Arrays in structs are passed by value with them: four shorts in one register, five in two."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct four { int16_t v[4]; };
struct five { int16_t v[5]; };

int16_t last_of_four(struct four s) { return s.v[3]; }
int16_t last_of_five(struct five s) { return s.v[4]; }
struct five append(struct four s, int16_t last) { return (struct five){{s.v[0], s.v[1], s.v[2], s.v[3], last}}; }

//@ about = "An array of structs inside a struct, float and integer in turn, merges per eightbyte."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct entry { uint16_t key; float value; };
struct table { struct entry entries[2]; };

float second_value(struct table t) { return t.entries[1].value; }
struct table exchange(struct table t) { return (struct table){{t.entries[1], t.entries[0]}}; }

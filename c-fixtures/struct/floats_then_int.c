//@ about = "Floats fill the first eightbyte and an int the second: one SSE and one integer register."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct labelled { float x, y; int32_t label; };

struct labelled relabel(struct labelled p, int32_t label) { return (struct labelled){p.x, p.y, label}; }
int32_t label_of(struct labelled p) { return p.label; }

//@ about = "A double and a small integer: the result comes back in xmm0 and rax."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct weighted { double weight; int32_t id; };

struct weighted make_weighted(int32_t id, double weight) { return (struct weighted){weight, id}; }
int32_t weighted_id(struct weighted w) { return w.id; }

//@ about = "Option<NonZeroU32> is a u32 whose zero is None, alone and in a struct."
//@ call = ["id_or(5, 9) == 5", "id_or(0, 9) == 9", "parent_or({1, 0}, 9) == 9", "parent_or({1, 4}, 9) == 4"]
#include <stdint.h>

struct node { uint32_t id; uint32_t parent; };

uint32_t id_or(uint32_t id, uint32_t otherwise) { return id != 0 ? id : otherwise; }
uint32_t parent_or(struct node n, uint32_t otherwise) { return n.parent != 0 ? n.parent : otherwise; }

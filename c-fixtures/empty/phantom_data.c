//@ about = "PhantomData is a member that C does not have, and takes no part."
#include <stdint.h>

struct token { uint64_t value; uint32_t owner; };

uint32_t owner_of(struct token t) { return t.owner; }
struct token make_token(uint64_t value, uint32_t owner) { return (struct token){value, owner}; }

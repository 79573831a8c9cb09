//@ about = "Structs of 520 bytes and of four KiB by value, and a word behind them."
#include <stdint.h>

struct block { uint64_t words[65]; };
struct page { uint64_t words[512]; };

uint64_t last_of_block(struct block block, uint64_t after) { return block.words[64] ^ after; }
uint64_t last_of_page(struct page page, uint64_t after) { return page.words[511] ^ after; }

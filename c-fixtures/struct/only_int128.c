//@ about = "A struct of only one 128-bit integer is passed as the integer."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct wide { __int128 value; };

uint64_t wide_high(struct wide w, uint64_t after) { return (uint64_t)((unsigned __int128)w.value >> 64) ^ after; }
struct wide make_wide(uint64_t low) { return (struct wide){low}; }

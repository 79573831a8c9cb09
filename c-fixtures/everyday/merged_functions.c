//@ about = "Functions of one body, which rustc makes one with a second name at -O2, and an enum of one value, which nobody has to read."
#include <stdint.h>

enum level { LEVEL_NONE = 0 };

void open_it(enum level level, uint64_t size) { (void)level; (void)size; }
void close_it(enum level level, uint64_t size) { (void)level; (void)size; }

//@ about = "No parameters and no result: void against the unit type."
//@ call = ["forty_two() == 42", "ignored(7)", "nothing_at_all()"]
#include <stdint.h>

int32_t forty_two(void) { return 42; }
void ignored(int32_t x) { (void)x; }
void nothing_at_all(void) {}

//@ about = "An enum with a signed underlying type of two bytes is sign-extended like it."
//@ ref = ["C23 6.7.3.3"]
#include <stdint.h>

enum offset : short { OFFSET_LEAST = -32768, OFFSET_NONE = 0, OFFSET_MOST = 32767 };

enum offset identity_offset(enum offset o) { return o; }
int64_t offset_number(enum offset o) { return o; }

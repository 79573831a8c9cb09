//@ about = "A long under a typedef that is aligned to 16 is still a long: on the stack its word is one of eight bytes."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

typedef long aligned_long __attribute__((aligned(16)));

long eighth(long a, long b, long c, long d, long e, long f, long g, aligned_long h, long i) {
    return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i;
}

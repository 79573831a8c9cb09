//@ about = "each side reads a constant table that the other defines"
//@ call = ["c_square(2) == 9", "rust_prime(3) == 7", "rust_label_length() == 5"]
#include <stdint.h>

extern const uint8_t RUST_SQUARES[4];

const uint16_t c_primes[4] = {2, 3, 5, 7};
const char c_label[6] = "table";

int32_t c_square(uint32_t index) {
    return RUST_SQUARES[index & 3] + 5;
}

//@ about = "status and length packed into one 64-bit word, as plug-in hosts for wasm do it"
//@ call = ["upper_case(&[104, 105, 33], 3) == 12884901890", "upper_case(null, 0) == 0", "upper_case(null, 1) == 18446744069414584320"]
#include <stddef.h>
#include <stdint.h>

// The high half holds the length or, for an error, all ones; the low half the number of changes.
uint64_t upper_case(uint8_t *buf, size_t len) {
    uint32_t changes = 0;
    if (buf == NULL && len > 0) {
        return (uint64_t)UINT32_MAX << 32;
    }
    for (size_t i = 0; i < len; i++) {
        if (buf[i] >= 'a' && buf[i] <= 'z') {
            buf[i] = (uint8_t)(buf[i] - 32);
            changes++;
        }
    }
    return (uint64_t)len << 32 | changes;
}

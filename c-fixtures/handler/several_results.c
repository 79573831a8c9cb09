//@ about = "status, count and sum come back together in one struct of 16 bytes"
//@ call = ["summarise(&[1, 2, 250], 3)", "summarise(null, 0)", "summarise(null, 5)"]
#include <stddef.h>
#include <stdint.h>

struct outcome {
    int32_t status;
    uint32_t count;
    uint64_t sum;
};

struct outcome summarise(const uint8_t *buf, size_t len) {
    struct outcome outcome = {0, 0, 0};
    if (buf == NULL && len > 0) {
        outcome.status = -22;
        return outcome;
    }
    for (size_t i = 0; i < len; i++) {
        outcome.sum += buf[i];
    }
    outcome.count = (uint32_t)len;
    return outcome;
}

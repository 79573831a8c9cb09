//@ about = "several results in a packed struct of 13 bytes, which goes through memory for its unaligned fields"
//@ ref = ["psABI 3.2.3"]
//@ call = ["summarise_packed(&[1, 2, 250], 3)", "summarise_packed(null, 0)"]
#include <stddef.h>
#include <stdint.h>

struct __attribute__((packed)) reply {
    uint8_t status;
    uint32_t count;
    uint64_t sum;
};

struct reply summarise_packed(const uint8_t *buf, size_t len) {
    struct reply reply = {len == 0, (uint32_t)len, 0};
    for (size_t i = 0; i < len; i++) {
        reply.sum += buf[i];
    }
    return reply;
}

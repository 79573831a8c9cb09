//@ about = "extern \"sysv64\" in Rust is the plain C convention of this target"
//@ targets = ["native"]
//@ not-applicable = { wasm = "x86-64 calling conventions do not exist there" }
#include <stdint.h>

struct mixed {
    uint64_t id;
    double value;
};

uint64_t sysv_id(struct mixed mixed, uint64_t add) {
    return mixed.id + add;
}

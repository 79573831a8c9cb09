//@ about = "a struct of function pointers with user data, filled in by Rust, one entry left null, is called by C"
//@ call = ["rust_drive(5) == 17"]
#include <stddef.h>
#include <stdint.h>

struct operations {
    void *user;
    int64_t (*add)(void *user, int32_t value);
    void (*reset)(void *user);
    void (*close)(void *user);
};

int64_t drive(const struct operations *operations, int32_t value) {
    operations->add(operations->user, 1000);
    operations->reset(operations->user);
    operations->add(operations->user, value);
    if (operations->close != NULL) {
        operations->close(operations->user);
    }
    return operations->add(operations->user, 2 * value);
}

//@ about = "a C++ class stays behind an opaque pointer; extern \"C\" functions create it, call its methods and destroy it"
//@ call = ["rust_uses_counter(5) == 15", "rust_uses_counter(-3) == -9"]
#include <stdint.h>

namespace {

class Counter {
  public:
    constexpr Counter() = default;
    virtual int64_t add(int32_t value) {
        total += value;
        return total;
    }
    bool used = false;

  protected:
    int64_t total = 0;
};

class DoublingCounter final : public Counter {
  public:
    int64_t add(int32_t value) override { return Counter::add(2 * value); }
};

// The fixture has no heap, so there is one object to hand out.
DoublingCounter only;

} // namespace

struct counter;

extern "C" {

counter *counter_create(void) {
    if (only.used) {
        return nullptr;
    }
    only = DoublingCounter();
    only.used = true;
    return reinterpret_cast<counter *>(static_cast<Counter *>(&only));
}

int64_t counter_add(counter *self, int32_t value) {
    return reinterpret_cast<Counter *>(self)->add(value);
}

void counter_destroy(counter *self) {
    if (self != nullptr) {
        reinterpret_cast<Counter *>(self)->used = false;
    }
}
}

//@ about = "A class whose copies run code travels as its address: the result's first, and Rust declares both as pointers."
//@ ref = ["Itanium C++ ABI 3.1.2.3", "Itanium C++ ABI 3.1.3.1", "rust-lang/rust-bindgen#2864"]
#include <stdint.h>

class Handle {
    int32_t number;

public:
    explicit Handle(int32_t number) : number(number) {}
    Handle(const Handle &other) : number(other.number) {}
    ~Handle() { number = 0; }
    int32_t get() const { return number; }
};

extern "C" Handle handle_open(int32_t number) { return Handle(number); }
extern "C" int32_t handle_sum(Handle one, int32_t more) { return one.get() + more; }
extern "C" int32_t handle_get(const Handle *handle) { return handle->get(); }

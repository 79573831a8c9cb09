//@ about = "a C++ class with a destructor is passed by invisible reference; Rust passes the value itself"
//@ ref = ["Itanium C++ ABI 3.1.2.3"]
//@ call = ["total({5})"]
//@ expect = [{ rule = "indirect", symbol = "total" }]
#include <stdint.h>

struct Guard {
    int32_t value;
    ~Guard() { value = 0; }
};

extern "C" int32_t total(Guard guard) {
    return guard.value;
}

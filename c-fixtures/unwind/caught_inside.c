//@ about = "a panic is caught inside the exported Rust function and leaves as an error number"
//@ targets = ["native"]
//@ not-applicable = { wasm = "panics abort there and nothing unwinds" }
//@ call = ["c_element(&[4, 5, 6], 3, 1) == 5", "c_element(&[4, 5, 6], 3, 3) == -1"]
#include <stddef.h>

int rust_element(const int *values, size_t count, size_t index, int *error);

int c_element(const int *values, size_t count, size_t index) {
    int error = 0;
    int value = rust_element(values, count, index, &error);
    return error != 0 ? error : value;
}

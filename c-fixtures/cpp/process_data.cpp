//@ about = "a C++ function doubles each element of an array in place and returns the sum"
//@ call = ["process_data(&[1, -2, 3], 3) == 4", "process_data(null, 0) == 0", "process_data(&[100; 10], 9) == 1800", "rust_process_data(5) == 30"]
#include <stddef.h>

extern "C" int process_data(int *arr, size_t len) {
    int sum = 0;
    for (size_t i = 0; i < len; i++) {
        arr[i] *= 2;
        sum += arr[i];
    }
    return sum;
}

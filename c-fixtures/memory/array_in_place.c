//@ about = "an array is changed in place, element by element, and no element outside it"
//@ call = ["running_sum(&[1, 2, 3, -10, 100], 4) == -4", "running_sum(null, 0) == 0", "running_sum(&[-1; 9], 9) == -9"]
#include <stddef.h>
#include <stdint.h>

int64_t running_sum(int64_t *values, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        values[i] = sum;
    }
    return sum;
}

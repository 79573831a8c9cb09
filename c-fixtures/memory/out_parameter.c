//@ about = "a function returns success and writes its two results through pointers, or leaves them alone"
//@ call = ["divide(17, 5, &[0], &[0]) == true", "divide(17, 0, &[77], &[88]) == false", "divide(4294967295, 16, &[0], &[0]) == true"]
#include <stdbool.h>
#include <stdint.h>

bool divide(uint32_t dividend, uint32_t divisor, uint32_t *quotient, uint32_t *remainder) {
    if (divisor == 0) {
        return false;
    }
    *quotient = dividend / divisor;
    *remainder = dividend % divisor;
    return true;
}

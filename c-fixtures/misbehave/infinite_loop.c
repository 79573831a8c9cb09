//@ about = "a loop that never ends is stopped at the time limit"
//@ opt = [2]
//@ timeout-ms = 60
//@ call = ["spin(0) == 0", "spin(1)"]
//@ expect = [{ rule = "hang", symbol = "spin" }]
#include <stdint.h>

uint32_t spin(uint32_t forever) {
    // Without volatile the loop would have no effect and C might assume that it ends.
    volatile uint32_t again = forever;
    while (again != 0) {
    }
    return 0;
}

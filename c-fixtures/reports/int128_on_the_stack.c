//@ expect = [{ rule = "stack-layout", symbol = "low_of_fifth", target = "native", toolchain = "clang-14" }]
//@ about = "__int128 is read from the wrong place once the registers are used up"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

typedef __int128 wide;

int64_t low_of_fifth(wide a, wide b, wide c, int64_t between, wide last) {
    (void)a, (void)b, (void)c, (void)between;
    return (int64_t)last;
}
void twincall_report_main(void);

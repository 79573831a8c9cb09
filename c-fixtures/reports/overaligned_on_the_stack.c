//@ expect = [{ rule = "arg-location", symbol = "after_block", target = "wasm", toolchain = "rustc-1.63" }, { rule = "indirect", symbol = "after_block", target = "wasm", toolchain = "rustc-1.63" }, { rule = "signature-stub", symbol = "after_block", target = "wasm", toolchain = "rustc-1.63" }, { rule = "stack-layout", symbol = "after_block", target = "native", toolchain = "rustc-1.63" }]
//@ about = "A struct with align(16) that is passed on the stack shifts all that follows"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct __attribute__((aligned(16))) block { uint64_t low, high; };

uint64_t after_block(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, struct block h, int64_t i) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
    return h.low + (uint64_t)i;
}
void twincall_report_main(void);

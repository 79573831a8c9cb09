//@ expect = [{ rule = "arg-location", symbol = "high_of_sixth", target = "native", toolchain = "clang-14" }]
//@ about = "A u128 as the sixth argument arrives with its halves mixed up"
//@ ref = ["llvm/llvm-project#59011", "rust-lang/rust#54341"]
//@ program = ["twincall_report_main()"]
#include <stdint.h>

uint64_t high_of_sixth(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, unsigned __int128 v) {
    (void)a, (void)b, (void)c, (void)d, (void)e;
    return (uint64_t)(v >> 64);
}
void twincall_report_main(void);

//@ expect = [{ rule = "calling-convention", symbol = "efi_sum", target = "native" }]
//@ about = "UEFI services return nonsense"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

__attribute__((ms_abi)) uint64_t efi_sum(uint64_t a, uint64_t b, double c) {
    return a + b + (uint64_t)c;
}
void twincall_report_main(void);

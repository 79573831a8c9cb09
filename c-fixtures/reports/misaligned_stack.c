//@ targets = ["native"]
//@ expect = [{ rule = "stack-alignment", symbol = "aligned_sum" }]
//@ about = "Crash in movaps when the interrupt handler calls Rust"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

int64_t aligned_sum(int64_t value);

__attribute__((naked)) int64_t handler(__attribute__((unused)) int64_t value) {
    __asm__("subq $16, %rsp\n\t"
            "callq aligned_sum@PLT\n\t"
            "addq $16, %rsp\n\t"
            "retq");
}
void twincall_report_main(void);

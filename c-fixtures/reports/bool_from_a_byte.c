//@ expect = [{ rule = "callee-saved", symbol = "twincall_report_main", target = "native", opt = 2 }, { rule = "invalid-value", symbol = "describe" }]
//@ about = "A bool that is 2"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

int32_t describe(uint8_t flag);

int32_t describe_flags(uint8_t flags) {
    return describe(flags & 2);
}
void twincall_report_main(void);

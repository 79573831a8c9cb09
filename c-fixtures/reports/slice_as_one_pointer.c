//@ expect = [{ rule = "callee-saved", symbol = "twincall_report_main", target = "native", opt = 2 }, { rule = "indirect", symbol = "length_of", target = "native" }]
//@ about = "An exported function with a slice gets a random length"
//@ program = ["twincall_report_main()"]
#include <stddef.h>
#include <stdint.h>

size_t length_of(const uint8_t *bytes);

size_t length_of_hello(void) {
    return length_of((const uint8_t *)"hello");
}
void twincall_report_main(void);

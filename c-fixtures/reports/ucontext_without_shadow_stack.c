//@ targets = ["native"]
//@ expect = [{ rule = "field-missing", symbol = "remember" }, { rule = "layout-size", symbol = "remember" }]
//@ about = "ucontext_t is 32 bytes too short"
//@ program = ["twincall_report_main()"]
#include <stddef.h>
#include <ucontext.h>

int remember(ucontext_t *context) {
    return context == NULL ? -1 : 0;
}
void twincall_report_main(void);

//@ expect = [{ rule = "arity", symbol = "calloc" }, { rule = "link-refused", symbol = "", target = "wasm" }]
//@ about = "calloc fails in one build and works in another"
//@ ref = ["taikoxyz/raiko#201"]
//@ program = ["twincall_report_main()"]
#include <stddef.h>

void *calloc(size_t count, size_t size);

void *zeroed(size_t count) {
    return calloc(count, 1);
}
void twincall_report_main(void);

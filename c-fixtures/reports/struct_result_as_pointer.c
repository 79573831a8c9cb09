//@ expect = [{ rule = "arg-location", symbol = "view_at" }, { rule = "indirect", symbol = "view_at" }, { rule = "signature-stub", symbol = "view_at", target = "wasm" }]
//@ about = "Segmentation fault: a function that returns a struct is declared to return a pointer"
//@ ref = ["oven-sh/bun#18797"]
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct string_view { const char *data; uint64_t length; uint64_t flags; };

struct string_view view_at(uint64_t index) {
    struct string_view view = { "text", 4, index };
    return view;
}
void twincall_report_main(void);

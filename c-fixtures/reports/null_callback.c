//@ expect = [{ rule = "crash", symbol = "twincall_report_main", target = "native", opt = 2 }, { rule = "trap", symbol = "twincall_report_main", target = "wasm", opt = 2 }]
//@ about = "Segmentation fault at address zero inside a callback setter"
//@ ref = ["chatmail/core#153"]
//@ call = ["twincall_report_main()"]
#include <stddef.h>

typedef int (*on_event)(int);

int set_callback(on_event callback, int value);

int disable(int value) {
    return set_callback(NULL, value);
}
void twincall_report_main(void);

//@ about = "Segmentation fault at address zero inside a callback setter"
//@ ref = ["chatmail/core#153"]
//@ program = ["twincall_report_main()"]
#include <stddef.h>

typedef int (*on_event)(int);

int set_callback(on_event callback, int value);

int disable(int value) {
    return set_callback(NULL, value);
}
void twincall_report_main(void);

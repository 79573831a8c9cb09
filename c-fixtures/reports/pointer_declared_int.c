//@ expect = [{ rule = "return-type", symbol = "find_entry", target = "native" }]
//@ about = "The upper half of a pointer is gone"
//@ program = ["twincall_report_main()"]
#include <stddef.h>

static int table[4] = {1, 2, 3, 4};

int *find_entry(int index) {
    return index < 4 ? &table[index] : NULL;
}
void twincall_report_main(void);

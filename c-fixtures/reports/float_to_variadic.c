//@ expect = [{ rule = "vararg-promotion", symbol = "first_number" }]
//@ about = "A generic lets an f32 reach printf without promotion"
//@ program = ["twincall_report_main()"]
#include <stdarg.h>

double first_number(int count, ...) {
    va_list numbers;
    va_start(numbers, count);
    double first = va_arg(numbers, double);
    va_end(numbers);
    return first;
}
void twincall_report_main(void);

//@ expect = [{ rule = "integer-extension", symbol = "classify" }]
//@ about = "129 is classified as negative"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

int32_t classify(int8_t value);

int32_t classify_all(const int8_t *values, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += classify(values[i]);
    }
    return sum;
}
void twincall_report_main(void);

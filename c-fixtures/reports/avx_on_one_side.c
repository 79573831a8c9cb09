//@ targets = ["native"]
//@ expect = [{ rule = "target-features", symbol = "last_lane" }]
//@ about = "__m256 argument is lost when only one side is built with AVX"
//@ program = ["twincall_report_main()"]
#include <immintrin.h>

float last_lane(float scale, __m256 v);

float last_of_eight(float value) {
    __m256 v = {1, 2, 3, 4, 5, 6, 7, value};
    return last_lane(2, v);
}
void twincall_report_main(void);

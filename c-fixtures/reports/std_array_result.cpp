//@ targets = ["native"]
//@ expect = [{ rule = "arg-location", symbol = "first_five" }, { rule = "indirect", symbol = "first_five" }]
//@ about = "std::array is returned as a pointer, says our binding"
//@ program = ["twincall_report_main()"]
#include <array>

extern "C" std::array<int, 5> first_five(int start) {
    return {start, start + 1, start + 2, start + 3, start + 4};
}
extern "C" void twincall_report_main(void);

//@ expect = [{ rule = "arg-location", symbol = "sum_four", target = "native" }, { rule = "indirect", symbol = "sum_four", target = "native" }]
//@ about = "An array parameter is a pointer in C and four numbers in Rust"
//@ program = ["twincall_report_main()"]
int sum_four(int numbers[4], int scale) {
    return scale * (numbers[0] + numbers[1] + numbers[2] + numbers[3]);
}
void twincall_report_main(void);

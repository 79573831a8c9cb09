//@ expect = [{ rule = "arg-location", symbol = "narrowed", target = "native" }, { rule = "param-type", symbol = "narrowed" }, { rule = "return-location", symbol = "widened", target = "native" }, { rule = "return-type", symbol = "widened" }]
//@ about = "long double comes out of bindgen as u128"
//@ program = ["twincall_report_main()"]
long double widened(float value) {
    return value;
}

float narrowed(long double value) {
    return (float)value;
}
void twincall_report_main(void);

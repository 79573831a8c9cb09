//@ expect = [{ rule = "arg-location", symbol = "seventh" }, { rule = "signature-stub", symbol = "seventh", target = "wasm" }, { rule = "stack-layout", symbol = "seventh", target = "native" }]
//@ about = "The argument after a struct with nothing but a flexible array is garbage"
//@ program = ["twincall_report_main()"]
struct name { char bytes[]; };

long seventh(struct name n, long a, long b, long c, long d, long e, long f, long g) {
    (void)n, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
    return g;
}
void twincall_report_main(void);

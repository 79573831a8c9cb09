//@ expect = [{ rule = "return-type", symbol = "test_func" }, { rule = "signature-stub", symbol = "test_func", target = "wasm" }]
//@ about = "wasm: unreachable in a function that works everywhere else"
//@ ref = ["opensagadev/saga#81"]
static int last;

void test_func(void) {
    last = 42;
}

int last_value(void) {
    return last;
}

//@ about = "a panic that reaches the edge of an extern \"C\" function ends the process instead of unwinding into C"
//@ ref = ["rust#52652", "Rust reference, panic: unwinding across FFI boundaries"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "panics abort there and nothing unwinds" }
//@ call = ["c_divides(12, 4) == 3", "c_divides(12, 0)"]
//@ expect = [{ rule = "unwind", symbol = "rust_divide" }]
int rust_divide(int dividend, int divisor);

int c_divides(int dividend, int divisor) {
    return rust_divide(dividend, divisor);
}

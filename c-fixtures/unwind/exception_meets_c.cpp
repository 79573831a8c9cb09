//@ about = "a C++ exception meets an extern \"C\" Rust frame, through which nothing may unwind, and the process ends"
//@ ref = ["RFC 2945", "Rust reference, panic: unwinding across FFI boundaries"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "panics abort there and nothing unwinds" }
//@ call = ["cpp_catches(0) == 10", "cpp_catches(5)"]
//@ expect = [{ rule = "unwind", symbol = "cpp_catches" }]
extern "C" int rust_middle(int value, int *drops);

extern "C" int cpp_may_throw(int value) {
    if (value != 0) {
        throw value;
    }
    return value;
}

extern "C" int cpp_catches(int value) {
    int drops = 0;
    try {
        return rust_middle(value, &drops) + 10 * drops;
    } catch (int thrown) {
        return thrown + 10 * drops;
    }
}

//@ about = "a C++ exception unwinds through an extern \"C-unwind\" Rust frame, drops its locals, and is caught in C++"
//@ ref = ["RFC 2945"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "panics abort there and nothing unwinds" }
//@ call = ["cpp_catches(0) == 10", "cpp_catches(5) == 15"]
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

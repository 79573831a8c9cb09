//@ targets = ["native"]
//@ expect = [{ rule = "unwind", symbol = "cpp_catches" }]
//@ about = "A C++ exception that passes a Rust function ends the process"
extern "C" int rust_between(const int *value);

extern "C" int cpp_throws(const int *value) {
    if (*value != 0) {
        throw *value;
    }
    return 0;
}

extern "C" int cpp_catches(int value) {
    try {
        return rust_between(&value);
    } catch (int thrown) {
        return thrown;
    }
}

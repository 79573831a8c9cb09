//@ expect = [{ rule = "trap", symbol = "check_counted", target = "wasm" }, { rule = "trap", symbol = "rust_checks", target = "wasm" }, { rule = "unwind", symbol = "rust_checks", target = "native" }]
//@ about = "A panic in a callback: C code is skipped, or everything ends"
int rust_checks(int value);

static int depth;

int check_counted(int value) {
    depth++;
    int result = rust_checks(value);
    depth--;
    return result;
}

//@ about = "C returns an int where Rust declares no result: harmless natively, a call to a stub that traps on wasm"
//@ ref = ["emscripten#22254"]
//@ expect = [{ rule = "return-type", symbol = "store" }, { rule = "signature-stub", symbol = "store", target = "wasm" }]
#include <stdint.h>

int32_t store(int32_t value) {
    return value;
}

//@ about = "C defines a variable where Rust declares a function of that name"
//@ expect = [{ rule = "data-symbol", symbol = "answer" }, { rule = "link-refused", target = "wasm" }]
#include <stdint.h>

int32_t answer = 42;

int32_t c_answer(void) {
    return answer;
}

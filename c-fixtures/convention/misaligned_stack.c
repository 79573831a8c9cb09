//@ about = "hand-written C code calls Rust with the stack pointer 8 bytes off; an aligned store in Rust faults"
//@ ref = ["psABI 3.2.2", "rust#59265"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "wasm has neither registers nor a machine stack to spoil" }
//@ call = ["rust_aligned(7) == 14", "c_misaligned(7)"]
//@ expect = [{ rule = "stack-alignment", symbol = "rust_aligned" }]
#include <stdint.h>

int64_t rust_aligned(int64_t value);

// A proper caller would first move the stack pointer down by 8.
__attribute__((naked)) int64_t c_misaligned(__attribute__((unused)) int64_t value) {
    __asm__("subq $16, %rsp\n\t"
            "callq rust_aligned@PLT\n\t"
            "addq $16, %rsp\n\t"
            "retq");
}

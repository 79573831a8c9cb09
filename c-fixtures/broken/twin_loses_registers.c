//@ about = "Twins whose inline assembly changes callee-saved registers and does not say so: nobody but their caller notices"
//@ ref = "psABI 3.2.1: registers that belong to the caller"
//@ not-applicable = { wasm = "these are registers of x86-64" }
//@ expect = [{ rule = "callee-saved" }]
#include <stdint.h>

int32_t loses_rbx(int32_t value) {
    __asm__ volatile("movq $1, %rbx");
    return value;
}

int32_t loses_more(int32_t value) {
    __asm__ volatile("movq $1, %r12\n\tmovq $2, %r13");
    return value;
}

int32_t loses_in_rust(int32_t value) {
    return value;
}

int32_t loses_nothing(int32_t value) {
    return value;
}

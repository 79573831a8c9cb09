//@ about = "Twins whose inline assembly changes callee-saved registers and says so: each compiler saves them"
//@ ref = "psABI 3.2.1: registers that belong to the caller"
//@ not-applicable = { wasm = "these are registers of x86-64" }
#include <stdint.h>

int32_t keeps(int32_t value) {
    __asm__ volatile("movq $1, %%rbx\n\tmovq $1, %%r12\n\tmovq $1, %%r13\n\tmovq $1, %%r14\n\tmovq $1, %%r15"
                     :
                     :
                     : "rbx", "r12", "r13", "r14", "r15");
    return value;
}

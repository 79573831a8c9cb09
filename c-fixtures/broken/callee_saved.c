//@ about = "A C function overwrites rbx in assembly without saying so: whoever called it goes on with another value."
//@ ref = ["psABI 3.2.1"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "there are no registers that a function could overwrite" }
//@ call = ["rust_keeps(5) == 6"]
//@ expect = [{ rule = "callee-saved", symbol = "c_forgets" }]

int c_forgets(int value) {
    __asm__ volatile("notq %rbx");
    return value + 1;
}

int c_declares(int value) {
    __asm__ volatile("notq %%rbx" : : : "rbx");
    return value;
}

// So that no harm is done beyond the pair.
int c_restores(int (*function)(int), int value) {
    int result;
    __asm__ volatile("movq %%rsp, %%r12\n\tsubq $256, %%rsp\n\tandq $-16, %%rsp\n\tcall *%%rcx\n\tmovq %%r12, %%rsp"
                     : "=a"(result), "+D"(value), "+c"(function)
                     :
                     : "rbx", "r12", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
    return result;
}

//@ about = "A C function takes 16 bytes of the linear stack in assembly and keeps them; another makes a call with eight bytes taken."
//@ ref = ["wasm Basic C ABI, the linear stack"]
//@ targets = ["wasm"]
//@ not-applicable = { native = "there is no linear stack" }
//@ call = ["rust_keeps(5) == 6", "c_leans(5) == 7"]
//@ expect = [{ rule = "callee-saved", symbol = "c_forgets" }, { rule = "stack-alignment", symbol = "rust_reads" }]

int rust_reads(int value);

#define MOVE(operation, bytes)                                                             \
    __asm__ volatile("global.get __stack_pointer\n\ti32.const " #bytes "\n\ti32." operation \
                     "\n\tglobal.set __stack_pointer" : : : "memory")

__asm__(".globaltype __stack_pointer, i32");

int c_forgets(int value) {
    MOVE("sub", 16);
    return value + 1;
}

int c_leans(int value) {
    MOVE("sub", 8);
    int result = rust_reads(value);
    MOVE("add", 8);
    return result;
}

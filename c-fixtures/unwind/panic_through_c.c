//@ about = "a Rust panic unwinds through a C frame, runs its cleanup, and is caught on the Rust side"
//@ ref = ["RFC 2945"]
//@ targets = ["native"]
//@ not-applicable = { wasm = "panics abort there and nothing unwinds" }
//@ flags = ["-fexceptions"]
//@ call = ["rust_catches(0) == 1", "rust_catches(1) == 101"]
int rust_may_panic(int panics);

static void leave(int **depth) {
    **depth += 1;
}

int run_guarded(int panics, int *depth) {
    __attribute__((cleanup(leave))) int *guard = depth;
    return rust_may_panic(panics) + (guard == depth);
}

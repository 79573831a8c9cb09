unsafe extern "C" {
    fn store(value: i32);
}

// A direct call: on wasm it is linked to a stub, a call through a pointer is not.
#[unsafe(no_mangle)]
pub extern "C" fn rust_store(value: i32) {
    unsafe { store(value) }
}

unsafe extern "C" {
    fn half(size: u64) -> u64;
}

// A direct call: on wasm it is linked to a stub, a call through a pointer is not.
#[unsafe(no_mangle)]
pub extern "C" fn rust_half(size: u64) -> u64 {
    unsafe { half(size) }
}

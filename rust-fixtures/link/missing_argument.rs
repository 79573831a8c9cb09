unsafe extern "C" {
    fn combine(low: u32) -> u32;
}

// A direct call: on wasm it is linked to a stub, a call through a pointer is not.
#[unsafe(no_mangle)]
pub extern "C" fn rust_combine(low: u32) -> u32 {
    unsafe { combine(low) }
}

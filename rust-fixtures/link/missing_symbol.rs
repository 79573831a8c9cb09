unsafe extern "C" {
    fn present(value: u32) -> u32;
    fn absent(value: u32) -> u32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_uses(value: u32) -> u32 {
    // Both calls are kept, and only one of them can be resolved.
    unsafe { present(value).wrapping_add(absent(value)) }
}

unsafe extern "C" {
    // The same name as in C, and not the same symbol.
    fn round_up(size: u32) -> u32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_rounds(size: u32) -> u32 {
    unsafe { round_up(size) }
}

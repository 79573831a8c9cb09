unsafe extern "C" {
    fn call_with(callback: Option<extern "C" fn(u32, u32) -> u32>, value: u32) -> u32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_next(value: u32, _unused: u32) -> u32 {
    value.wrapping_add(1)
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_indirect(value: u32) -> u32 {
    unsafe { call_with(Some(rust_next), value) }
}

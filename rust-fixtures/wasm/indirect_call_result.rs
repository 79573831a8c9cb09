unsafe extern "C" {
    fn call_and_count(callback: Option<unsafe extern "C" fn(*mut u32)>, value: *mut u32) -> u32;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_count(value: *mut u32) {
    unsafe { *value = (*value).wrapping_add(1) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_indirect_void(start: u32) -> u32 {
    let mut value = start;
    unsafe { call_and_count(Some(rust_count), &raw mut value) }
}

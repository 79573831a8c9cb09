#[unsafe(no_mangle)]
pub extern "C" fn call_if_set(callback: extern "C" fn(u32) -> u32, value: u32) -> u32 {
    // A function pointer has no null value, so this comparison is known to fail.
    if (callback as *const ()).is_null() {
        value
    } else {
        callback(value)
    }
}

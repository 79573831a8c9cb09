#[unsafe(no_mangle)]
pub extern "C" fn triple(value: u32) -> u32 {
    value.wrapping_mul(3)
}

#[unsafe(no_mangle)]
pub extern "C" fn call_or_same(callback: Option<extern "C" fn(u32) -> u32>, value: u32) -> u32 {
    match callback {
        Some(callback) => callback(value),
        None => value,
    }
}

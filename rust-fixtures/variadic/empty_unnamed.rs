#[unsafe(no_mangle)]
pub extern "C" fn through_varargs(_first: i32, value: u32) -> u32 {
    value
}

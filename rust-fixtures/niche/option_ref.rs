#[unsafe(no_mangle)]
pub extern "C" fn value_or(value: Option<&i32>, otherwise: i32) -> i32 {
    value.copied().unwrap_or(otherwise)
}

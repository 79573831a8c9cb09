#[unsafe(no_mangle)]
pub extern "C" fn leading(first: i32) -> i32 {
    first
}

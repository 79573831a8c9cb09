#[unsafe(no_mangle)]
pub extern "C" fn wide_result(x: i32) -> i32 {
    x
}

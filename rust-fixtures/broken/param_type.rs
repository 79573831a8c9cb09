#[unsafe(no_mangle)]
pub extern "C" fn count_plus(count: i32, _extra: i32) -> i32 {
    count
}

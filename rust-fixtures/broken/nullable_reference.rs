#[unsafe(no_mangle)]
pub extern "C" fn value_at(p: &i32) -> i32 {
    *p
}

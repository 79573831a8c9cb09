#[unsafe(no_mangle)]
pub extern "C" fn identity_long(x: i64) -> i64 {
    x
}

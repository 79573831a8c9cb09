#[unsafe(no_mangle)]
pub extern "C" fn widened(x: u8) -> i32 {
    x as i32
}

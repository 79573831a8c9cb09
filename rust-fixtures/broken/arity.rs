#[unsafe(no_mangle)]
pub extern "C" fn first_argument(a: u32) -> u32 {
    a
}

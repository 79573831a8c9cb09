#[unsafe(no_mangle)]
pub extern "C" fn as_number(flag: bool) -> u32 {
    flag as u32
}

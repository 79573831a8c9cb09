#[unsafe(no_mangle)]
pub extern "C" fn upper_half_u8(x: u8) -> i32 {
    (x > 127) as i32
}

#[unsafe(no_mangle)]
pub extern "C" fn widen_u8(x: u8) -> u64 {
    x as u64
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow_to_u8(x: i32) -> u8 {
    x as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn upper_half_u16(x: u16) -> i32 {
    (x > 32767) as i32
}

#[unsafe(no_mangle)]
pub extern "C" fn widen_u16(x: u16) -> u64 {
    x as u64
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow_to_u16(x: i32) -> u16 {
    x as u16
}

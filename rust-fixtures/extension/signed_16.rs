#[unsafe(no_mangle)]
pub extern "C" fn negative_i16(x: i16) -> i32 {
    (x < 0) as i32
}

#[unsafe(no_mangle)]
pub extern "C" fn widen_i16(x: i16) -> i64 {
    x as i64
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow_to_i16(x: u32) -> i16 {
    x as i16
}

#[unsafe(no_mangle)]
pub extern "C" fn negative_i8(x: i8) -> i32 {
    (x < 0) as i32
}

#[unsafe(no_mangle)]
pub extern "C" fn widen_i8(x: i8) -> i64 {
    x as i64
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow_to_i8(x: u32) -> i8 {
    x as i8
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_i8(x: i8) -> i8 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_u8(x: u8) -> u8 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_i16(x: i16) -> i16 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_u16(x: u16) -> u16 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_i32(x: i32) -> i32 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_u32(x: u32) -> u32 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_i64(x: i64) -> i64 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_u64(x: u64) -> u64 {
    x
}

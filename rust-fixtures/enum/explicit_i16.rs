#[repr(i16)]
pub enum Offset {
    Least = -32768,
    None = 0,
    Most = 32767,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_offset(o: Offset) -> Offset {
    o
}

#[unsafe(no_mangle)]
pub extern "C" fn offset_number(o: Offset) -> i64 {
    o as i64
}

#[repr(C)]
pub struct Gappy {
    pub a: u8,
    pub b: u32,
    pub c: u8,
    pub d: u16,
}

#[unsafe(no_mangle)]
pub extern "C" fn gappy_b(s: Gappy) -> u32 {
    s.b
}

#[unsafe(no_mangle)]
pub extern "C" fn gappy_d(s: Gappy) -> u16 {
    s.d
}

#[unsafe(no_mangle)]
pub extern "C" fn make_gappy(a: u8, b: u32, c: u8, d: u16) -> Gappy {
    Gappy { a, b, c, d }
}

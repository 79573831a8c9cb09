#[repr(C)]
pub struct Mixed {
    pub a: u8,
    pub b: f64,
    pub c: u16,
    pub d: f32,
    pub e: i64,
    pub f: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_mixed(a: u8, b: f64, c: u16, d: f32, e: i64, f: u32) -> Mixed {
    Mixed { a, b, c, d, e, f }
}

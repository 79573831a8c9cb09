#[repr(C)]
pub struct Sextet {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
    pub e: u64,
    pub f: u64,
    pub g: f64,
}

#[unsafe(no_mangle)]
pub extern "C" fn gather(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: f64) -> Sextet {
    Sextet { a, b, c, d, e, f, g }
}

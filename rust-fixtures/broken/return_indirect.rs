#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

static CONSTANTS: Triple = Triple { a: 1, b: 2, c: 3 };

#[unsafe(no_mangle)]
pub extern "C" fn constants() -> *const Triple {
    &CONSTANTS
}

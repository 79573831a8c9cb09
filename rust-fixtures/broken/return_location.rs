#[repr(C)]
pub struct Span {
    pub low: u64,
    pub high: u64,
}

// The bit patterns of 1.0 and 2.0, so that only the registers differ.
#[unsafe(no_mangle)]
pub extern "C" fn make_span() -> Span {
    Span {
        low: 0x3ff0_0000_0000_0000,
        high: 0x4000_0000_0000_0000,
    }
}

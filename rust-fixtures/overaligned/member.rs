#[repr(C, align(8))]
pub struct AlignedByte(u8);

#[repr(C)]
pub struct Spread {
    pub a: u8,
    pub b: AlignedByte,
}

#[unsafe(no_mangle)]
pub extern "C" fn b_of(s: Spread) -> u8 {
    s.b.0
}

#[unsafe(no_mangle)]
pub extern "C" fn make_spread(a: u8, b: u8) -> Spread {
    Spread { a, b: AlignedByte(b) }
}

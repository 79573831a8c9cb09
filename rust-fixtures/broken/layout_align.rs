#[repr(C)]
pub struct Halves {
    pub first: u32,
    pub second: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn second_half(h: Halves) -> u32 {
    h.second
}

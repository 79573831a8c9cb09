#[repr(C)]
pub union Number {
    pub bits: u32,
    pub value: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_number(n: Number) -> Number {
    n
}

#[unsafe(no_mangle)]
pub extern "C" fn bits_of(n: Number) -> u32 {
    unsafe { n.bits }
}

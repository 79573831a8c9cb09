#[repr(C, align(16))]
pub struct Roomy {
    pub value: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn around_roomy(r: Roomy, after: u64) -> u64 {
    r.value.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn make_roomy(value: u64) -> Roomy {
    Roomy { value }
}

#[repr(C)]
pub struct Raised {
    pub a: u32,
    pub align_only: [u64; 0],
}

#[unsafe(no_mangle)]
pub extern "C" fn a_of(r: Raised, after: u32) -> u32 {
    r.a ^ after
}

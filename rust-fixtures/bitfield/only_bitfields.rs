// bits: ready in bit 0, mode in bits 1 to 7, count in bits 8 to 31.
#[repr(C)]
pub struct PackedStatus {
    pub bits: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn count_of(s: PackedStatus) -> u32 {
    s.bits >> 8
}

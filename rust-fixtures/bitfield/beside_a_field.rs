// bits: ready in bit 0, mode in bits 1 to 7, count in bits 8 to 31.
#[repr(C)]
pub struct Status {
    pub bits: u32,
    pub code: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn count_of(s: Status) -> u32 {
    s.bits >> 8
}

#[unsafe(no_mangle)]
pub extern "C" fn with_mode(s: Status, mode: u32) -> Status {
    Status {
        bits: s.bits & !0xfe | (mode & 0x7f) << 1,
        code: s.code,
    }
}

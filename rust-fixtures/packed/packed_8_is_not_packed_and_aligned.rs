#[repr(C, packed(8))]
pub struct Frame {
    pub a: u64,
    pub b: u64,
    pub c: u8,
    pub d: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn frame_d(f: Frame) -> u32 {
    f.d
}

#[repr(C, packed)]
pub struct FramePacked {
    pub a: u64,
    pub b: u64,
    pub c: u8,
    pub d: u32,
}

#[repr(C, align(8))]
pub struct Frame(FramePacked);

#[unsafe(no_mangle)]
pub extern "C" fn frame_d(f: Frame) -> u32 {
    f.0.d
}

#[unsafe(no_mangle)]
pub extern "C" fn make_frame(a: u64, b: u64, c: u8, d: u32) -> Frame {
    Frame(FramePacked { a, b, c, d })
}

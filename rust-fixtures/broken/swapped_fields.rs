#[repr(C)]
pub struct Extent {
    pub height: u32,
    pub width: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn width_of(e: Extent) -> u32 {
    e.width
}

#[repr(C, packed)]
pub struct Tagged {
    pub tag: u8,
    pub rest: [u32; 0],
}

#[unsafe(no_mangle)]
pub extern "C" fn tag_of(t: Tagged) -> u32 {
    u32::from(t.tag)
}

#[unsafe(no_mangle)]
pub extern "C" fn make_tagged(tag: u8) -> Tagged {
    Tagged { tag, rest: [] }
}

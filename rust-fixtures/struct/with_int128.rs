#[repr(C)]
pub struct Tagged {
    pub tag: u8,
    pub value: u128,
}

#[unsafe(no_mangle)]
pub extern "C" fn tagged_value(t: Tagged) -> u128 {
    t.value
}

#[unsafe(no_mangle)]
pub extern "C" fn make_tagged(tag: u8, value: u128) -> Tagged {
    Tagged { tag, value }
}

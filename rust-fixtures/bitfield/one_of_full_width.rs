#[repr(C)]
pub struct Full {
    pub value: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn value_of(f: Full) -> u32 {
    f.value
}

#[unsafe(no_mangle)]
pub extern "C" fn make_full(value: u32) -> Full {
    Full { value }
}

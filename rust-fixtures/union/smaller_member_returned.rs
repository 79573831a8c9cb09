#[repr(C)]
#[derive(Clone, Copy)]
pub union Part {
    pub small: u32,
    pub wide: i64,
}

#[unsafe(no_mangle)]
pub extern "C" fn make() -> Part {
    Part { small: 7 }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_of(value: u32) -> Part {
    Part { small: value }
}

#[repr(C)]
pub struct Headed {
    pub count: u32,
    pub rest: [u8; 0],
}

#[unsafe(no_mangle)]
pub extern "C" fn count_of(h: Headed) -> u32 {
    h.count
}

#[unsafe(no_mangle)]
pub extern "C" fn make_headed(count: u32) -> Headed {
    Headed { count, rest: [] }
}

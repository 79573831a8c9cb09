#[repr(C)]
pub struct Words {
    pub a: u16,
    pub b: u16,
    pub c: u16,
    pub d: u16,
}

#[repr(C)]
pub struct Others {
    pub a: u16,
    pub b: u16,
    pub c: u16,
    pub d: u16,
}

#[unsafe(no_mangle)]
pub extern "C" fn with_none(_words: *mut Words) {}

#[unsafe(no_mangle)]
pub extern "C" fn with_some(_others: *mut Others) {}

use core::ffi::{c_int, c_void};

#[repr(C)]
pub struct Narrow {
    pub unit: u16,
    pub owner: *mut c_void,
}

#[repr(C)]
pub struct Moved {
    pub padding: u16,
    pub unit: u16,
    pub owner: *mut c_void,
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow(_header: *const Narrow) -> c_int {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn moved(_header: *const Moved) -> c_int {
    0
}

use core::ffi::{c_int, c_void};

#[repr(C)]
pub struct Header {
    pub version_and_length: u32,
    pub owner: *mut c_void,
}

#[repr(C)]
pub struct HeaderBytes {
    pub _bitfield_align_1: [u32; 0],
    pub _bitfield_1: [u8; 4],
    pub owner: *mut c_void,
}

#[repr(C)]
pub struct State {
    pub a_and_b: u16,
    pub is_ready: bool,
    pub level: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn with_header(_header: *const Header) -> c_int {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn with_bytes(_header: *const HeaderBytes) -> c_int {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn level_of(state: State) -> f32 {
    state.level
}

use core::ffi::{c_char, c_int};

#[repr(C)]
pub struct File {
    pub version: c_int,
    pub sleep: Option<unsafe extern "C" fn(this: *mut File, microseconds: c_int) -> c_int>,
    pub open: Option<unsafe extern "C" fn(this: *mut File, name: *const c_char) -> c_int>,
}

unsafe extern "C" {
    pub fn first(sleep: unsafe extern "C" fn(this: *mut File, microseconds: c_int) -> c_int);
    pub fn find() -> *mut File;
}

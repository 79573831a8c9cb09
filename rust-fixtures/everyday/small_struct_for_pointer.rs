use core::ffi::c_int;

#[repr(C)]
pub struct Pair {
    pub first: i16,
    pub second: i16,
}

unsafe extern "C" {
    pub fn first_of(pair: Pair) -> c_int;
}

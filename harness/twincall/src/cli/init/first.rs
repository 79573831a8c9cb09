use core::ffi::{c_int, c_long};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Point {
    pub x: c_int,
    pub y: c_int,
}

unsafe extern "C" {
    pub fn area(width: c_int, height: c_int) -> c_int;
    pub fn distance(from: Point, to: Point) -> c_long;
}

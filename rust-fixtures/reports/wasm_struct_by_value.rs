//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Vector {
    pub a: i32,
    pub b: i32,
}

extern "C" {
    fn extract_a(v: Vector) -> i32;
}

#[no_mangle]
pub extern "C" fn go(a: i32, b: i32) -> i32 {
    unsafe { extract_a(Vector { a, b }) }
}

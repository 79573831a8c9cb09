//@ edition = "2021"
#[repr(C)]
pub struct Vector {
    pub a: i32,
    pub b: i32,
}

#[no_mangle]
pub extern "C" fn extract_a(v: Vector) -> i32 {
    v.a
}

#[no_mangle]
pub extern "C" fn swapped(v: Vector) -> Vector {
    Vector { a: v.b, b: v.a }
}

// bits: x in bits 0 to 9, y in bits 10 to 31.
#[repr(C)]
pub struct Coordinates {
    pub bits: i32,
    pub z: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn x_of(c: Coordinates) -> i32 {
    c.bits << 22 >> 22
}

#[unsafe(no_mangle)]
pub extern "C" fn y_of(c: Coordinates) -> i32 {
    c.bits >> 10
}

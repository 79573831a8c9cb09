use core::ffi::c_int;

pub struct Triple {
    pub a: i64,
    pub b: i64,
    pub c: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn by_value(triple: Triple) -> c_int {
    triple.c
}

#[unsafe(no_mangle)]
pub extern "C" fn by_pointer(_triple: *const Triple) -> c_int {
    0
}

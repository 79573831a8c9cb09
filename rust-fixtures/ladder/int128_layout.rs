//@ edition = "2021"
#[repr(C)]
pub struct Tagged {
    pub tag: i8,
    pub value: i128,
}

#[no_mangle]
pub unsafe extern "C" fn value_behind(t: *const Tagged) -> i128 {
    (*t).value
}

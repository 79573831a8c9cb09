//@ edition = "2021"
#[repr(C, align(8))]
pub struct Spaced {
    pub value: i32,
}

#[no_mangle]
pub extern "C" fn value_of(s: Spaced) -> i32 {
    s.value
}

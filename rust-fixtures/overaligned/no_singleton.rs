#[repr(C, align(8))]
pub struct Spaced {
    pub value: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn value_of(s: Spaced) -> i32 {
    s.value
}

#[unsafe(no_mangle)]
pub extern "C" fn make_spaced(value: i32) -> Spaced {
    Spaced { value }
}

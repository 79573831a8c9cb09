#[repr(C)]
pub union Alone {
    pub value: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn value_of(u: Alone) -> i32 {
    unsafe { u.value }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_alone(value: i32) -> Alone {
    Alone { value }
}

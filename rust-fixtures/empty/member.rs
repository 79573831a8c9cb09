#[repr(C)]
pub struct Nothing {}

#[repr(C)]
pub struct Holder {
    pub nothing: Nothing,
    pub value: i32,
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn held(h: Holder) -> i32 {
    h.value
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn hold(value: i32) -> Holder {
    Holder {
        nothing: Nothing {},
        value,
    }
}

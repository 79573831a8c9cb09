#[repr(C)]
pub union Payload {
    pub integer: i64,
    pub real: f64,
}

#[repr(C)]
pub struct Variant {
    pub tag: u32,
    pub payload: Payload,
}

#[unsafe(no_mangle)]
pub extern "C" fn retag(v: Variant, tag: u32) -> Variant {
    Variant {
        tag,
        payload: v.payload,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn integer_of(v: Variant) -> i64 {
    unsafe { v.payload.integer }
}

#[repr(C)]
pub struct CoreValue {
    pub number: f64,
}

#[repr(C)]
pub struct MiddleValue {
    pub core: CoreValue,
}

#[repr(C)]
pub struct OuterValue {
    pub middle: MiddleValue,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_outer(v: OuterValue) -> OuterValue {
    v
}

#[unsafe(no_mangle)]
pub extern "C" fn number_of(v: OuterValue) -> f64 {
    v.middle.core.number
}

use core::ffi::{c_char, c_ulong, c_void};

#[repr(C)]
pub struct Sample {
    pub value: f64,
    pub owner: *mut c_void,
}

#[repr(C)]
pub struct Text {
    pub data: *const c_char,
    pub length: c_ulong,
}

#[unsafe(no_mangle)]
pub extern "C" fn value_of(sample: Sample) -> f64 {
    sample.value
}

#[unsafe(no_mangle)]
pub extern "C" fn length_of(_sample: Sample, text: Text) -> c_ulong {
    text.length
}

#[repr(C)]
pub struct Sample {
    pub time: u64,
    pub value: f64,
}

#[unsafe(no_mangle)]
pub extern "C" fn after_sample(
    _a: u64,
    _b: u64,
    _c: u64,
    _d: u64,
    _e: u64,
    _f: u64,
    _s: Sample,
    g: f64,
) -> f64 {
    g
}

#[unsafe(no_mangle)]
pub extern "C" fn sample_value(
    _a: u64,
    _b: u64,
    _c: u64,
    _d: u64,
    _e: u64,
    _f: u64,
    s: Sample,
    _g: f64,
) -> f64 {
    s.value
}

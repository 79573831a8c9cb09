#[repr(C)]
pub struct Sample {
    pub time: i64,
    pub value: f64,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_sample(value: f64, time: i64) -> Sample {
    Sample { time, value }
}

#[unsafe(no_mangle)]
pub extern "C" fn sample_value(s: Sample) -> f64 {
    s.value
}

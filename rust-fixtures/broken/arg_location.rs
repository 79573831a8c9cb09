#[repr(C)]
pub struct Sample {
    pub value: u64,
    pub number: i64,
}

#[unsafe(no_mangle)]
pub extern "C" fn number_of(s: Sample) -> i64 {
    s.number
}

#[repr(C)]
pub struct Wide {
    pub value: i128,
}

#[unsafe(no_mangle)]
pub extern "C" fn wide_high(w: Wide, after: u64) -> u64 {
    (w.value as u128 >> 64) as u64 ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn make_wide(low: u64) -> Wide {
    Wide { value: low as i128 }
}

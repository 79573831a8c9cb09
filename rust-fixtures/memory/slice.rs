use core::slice;

#[repr(C)]
pub struct Range {
    low: i16,
    high: i16,
    found: bool,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn extremes(values: *const i16, count: usize) -> Range {
    // A Rust slice is never null, not even an empty one.
    let values = if count == 0 {
        &[]
    } else {
        unsafe { slice::from_raw_parts(values, count) }
    };
    Range {
        low: values.iter().copied().min().unwrap_or(i16::MAX),
        high: values.iter().copied().max().unwrap_or(i16::MIN),
        found: count > 0,
    }
}

#[repr(C)]
pub struct Pair {
    low: u64,
    high: u64,
}

#[unsafe(no_mangle)]
pub extern "win64" fn win_mix(a: u64, b: f64, c: u32, d: f32, e: u8, f: Pair) -> u64 {
    let zeros = u64::from(b == 0.0) + u64::from(d == 0.0);
    a.wrapping_add(u64::from(c))
        .wrapping_add(u64::from(e))
        .wrapping_add(f.low)
        .wrapping_add(f.high.wrapping_mul(3))
        .wrapping_add(zeros)
}

#[unsafe(no_mangle)]
pub extern "win64" fn win_pair(low: u64, high: u64) -> Pair {
    Pair { low, high }
}

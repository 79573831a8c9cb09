#[unsafe(no_mangle)]
pub extern "C" fn mixed_integers(
    a: u8,
    _b: f32,
    c: i16,
    _d: f64,
    e: u32,
    _f: f32,
    g: i64,
    _h: f64,
    i: i8,
    _j: f32,
    k: u16,
    _l: f64,
) -> u64 {
    (a as u64)
        .wrapping_add((c as u64).wrapping_mul(3))
        .wrapping_add((e as u64).wrapping_mul(5))
        .wrapping_add((g as u64).wrapping_mul(7))
        .wrapping_add((i as u64).wrapping_mul(11))
        .wrapping_add((k as u64).wrapping_mul(13))
}

#[unsafe(no_mangle)]
pub extern "C" fn mixed_float(
    _a: u8,
    _b: f32,
    _c: i16,
    _d: f64,
    _e: u32,
    _f: f32,
    _g: i64,
    _h: f64,
    _i: i8,
    j: f32,
    _k: u16,
    _l: f64,
) -> f32 {
    j
}

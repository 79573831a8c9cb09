#[unsafe(no_mangle)]
pub extern "C" fn small_on_stack(
    _a: i64,
    _b: i64,
    _c: i64,
    _d: i64,
    _e: i64,
    _f: i64,
    g: i8,
    h: u8,
    i: i16,
    j: u16,
) -> i64 {
    (g as i64)
        .wrapping_add((h as i64).wrapping_mul(1000))
        .wrapping_add((i as i64).wrapping_mul(1_000_000))
        .wrapping_add((j as i64).wrapping_mul(1_000_000_000_000))
}

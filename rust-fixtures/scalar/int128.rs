#[unsafe(no_mangle)]
pub extern "C" fn identity_i128(x: i128) -> i128 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_u128(x: u128) -> u128 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn high_half(x: u128) -> u64 {
    (x >> 64) as u64
}

#[unsafe(no_mangle)]
pub extern "C" fn join_halves(high: u64, low: u64) -> u128 {
    (high as u128) << 64 | low as u128
}

#[unsafe(no_mangle)]
pub extern "C" fn wrapping_sum(a: u128, b: u128) -> u128 {
    a.wrapping_add(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aligned_int128(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: u128,
    i: u64,
) -> u64 {
    let (high, low) = ((h >> 64) as u64, h as u64);
    a ^ b
        ^ c
        ^ d
        ^ e
        ^ f
        ^ g.wrapping_mul(3)
        ^ high.wrapping_mul(5)
        ^ low.wrapping_mul(7)
        ^ i.wrapping_mul(11)
}

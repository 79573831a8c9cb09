//@ edition = "2021"
#[no_mangle]
pub extern "C" fn after_a_word(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: u128,
) -> u64 {
    let (high, low) = ((h >> 64) as u64, h as u64);
    a ^ b ^ c ^ d ^ e ^ f ^ g ^ high.wrapping_mul(3) ^ low.wrapping_mul(5)
}

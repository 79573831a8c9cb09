//@ edition = "2021"
#[no_mangle]
pub extern "C" fn high_half(a: u64, b: u64, c: u64, d: u64, e: u64, f: u128) -> u64 {
    let (high, low) = ((f >> 64) as u64, f as u64);
    a ^ b ^ c ^ d ^ e ^ high.wrapping_mul(3) ^ low.wrapping_mul(5)
}

//@ edition = "2021"
#[no_mangle]
pub extern "C" fn first_on_the_stack(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u128) -> u64 {
    let (high, low) = ((g >> 64) as u64, g as u64);
    a ^ b ^ c ^ d ^ e ^ f ^ high.wrapping_mul(3) ^ low.wrapping_mul(5)
}

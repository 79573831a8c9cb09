#[repr(C)]
pub struct Pair {
    pub first: u64,
    pub second: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn straddling(a: u64, b: u64, c: u64, d: u64, e: u64, p: Pair, f: u64) -> u64 {
    a ^ b ^ c ^ d ^ e ^ p.first.wrapping_mul(3) ^ p.second.wrapping_mul(5) ^ f.wrapping_mul(7)
}

#[repr(C)]
pub struct Tile {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn after_tile(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: Tile, i: u64) -> u64 {
    a ^ b ^ c ^ d ^ e ^ f ^ g.wrapping_mul(3) ^ h.d.wrapping_mul(5) ^ i.wrapping_mul(7)
}

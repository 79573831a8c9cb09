//@ edition = "2021"
#[repr(C, align(16))]
pub struct Tile {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
}

#[no_mangle]
pub extern "C" fn after_one_word(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: Tile,
    i: u64,
) -> u64 {
    let tile = h.a.wrapping_mul(3) ^ h.d.wrapping_mul(5);
    a ^ b ^ c ^ d ^ e ^ f ^ g ^ tile ^ i.wrapping_mul(7)
}

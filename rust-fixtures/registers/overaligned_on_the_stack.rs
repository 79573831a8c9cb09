#[repr(C, align(16))]
pub struct Tile {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn two_tiles(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: Tile,
    i: u64,
    j: Tile,
    k: u64,
) -> u64 {
    a ^ b
        ^ c
        ^ d
        ^ e
        ^ f
        ^ g.wrapping_mul(3)
        ^ h.a.wrapping_mul(5)
        ^ h.c.wrapping_mul(7)
        ^ i.wrapping_mul(11)
        ^ j.a.wrapping_mul(13)
        ^ j.c.wrapping_mul(17)
        ^ k.wrapping_mul(19)
}

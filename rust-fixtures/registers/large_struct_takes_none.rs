#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn around_triples(s: Triple, a: u64, t: Triple, b: u64) -> u64 {
    s.a ^ s.c.wrapping_mul(3)
        ^ a.wrapping_mul(5)
        ^ t.a.wrapping_mul(7)
        ^ t.c.wrapping_mul(11)
        ^ b.wrapping_mul(13)
}

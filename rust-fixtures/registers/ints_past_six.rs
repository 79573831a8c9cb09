#[unsafe(no_mangle)]
pub extern "C" fn nine_ints(a: u32, b: u64, c: u32, d: u64, e: u32, f: u64, g: u32, h: u64, i: u32) -> u64 {
    (a as u64)
        .wrapping_add(b.wrapping_mul(3))
        .wrapping_add((c as u64).wrapping_mul(5))
        .wrapping_add(d.wrapping_mul(7))
        .wrapping_add((e as u64).wrapping_mul(11))
        .wrapping_add(f.wrapping_mul(13))
        .wrapping_add((g as u64).wrapping_mul(17))
        .wrapping_add(h.wrapping_mul(19))
        .wrapping_add((i as u64).wrapping_mul(23))
}

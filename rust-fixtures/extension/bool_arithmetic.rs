#[unsafe(no_mangle)]
pub extern "C" fn choose(take_first: bool, first: u32, second: u32) -> u32 {
    first
        .wrapping_mul(take_first as u32)
        .wrapping_add(second.wrapping_mul(!take_first as u32))
}

#[unsafe(no_mangle)]
pub extern "C" fn count_true(a: bool, b: bool, c: bool) -> u32 {
    (a as u32).wrapping_add(b as u32).wrapping_add(c as u32)
}

#[unsafe(no_mangle)]
pub extern "C" fn lowest_bit(x: u32) -> bool {
    x & 1 == 1
}

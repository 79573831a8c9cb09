#[repr(C)]
pub struct Pair {
    low: u32,
    high: u32,
}

unsafe extern "Rust" {
    fn pair_sum(pair: Pair) -> u32;
}

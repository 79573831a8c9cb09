#[repr(C)]
pub struct Pair {
    low: u32,
    high: u32,
}

unsafe extern "Rust" {
    fn make_pair(low: u32, high: u32) -> Pair;
}

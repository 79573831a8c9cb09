#[repr(C)]
pub struct Block {
    first: u64,
    second: u64,
    third: u64,
}

unsafe extern "Rust" {
    fn make_block(seed: u64) -> Block;
}

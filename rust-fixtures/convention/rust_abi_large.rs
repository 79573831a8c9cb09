#[repr(C)]
pub struct Block {
    first: u64,
    second: u64,
    third: u64,
}

unsafe extern "Rust" {
    fn mix_block(block: Block) -> u64;
}

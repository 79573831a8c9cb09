#[repr(C, align(16))]
pub struct Block {
    pub a: u32,
    pub b: u32,
    pub c: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn block_c(b: Block, after: u32) -> u32 {
    b.c ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn make_block(a: u32, b: u32, c: u32) -> Block {
    Block { a, b, c }
}

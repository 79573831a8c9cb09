#[repr(C)]
pub struct Block {
    pub words: [u64; 65],
}

#[repr(C)]
pub struct Page {
    pub words: [u64; 512],
}

#[unsafe(no_mangle)]
pub extern "C" fn last_of_block(block: Block, after: u64) -> u64 {
    block.words[64] ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn last_of_page(page: Page, after: u64) -> u64 {
    page.words[511] ^ after
}

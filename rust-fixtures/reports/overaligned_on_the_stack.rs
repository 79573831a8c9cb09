//@ edition = "2021"
//@ std = true
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct Block {
    pub low: u64,
    pub high: u64,
}

extern "C" {
    fn after_block(a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, h: Block, i: i64) -> u64;
}

fn main() {
    let block = Block { low: 100, high: 200 };
    println!("{}", unsafe { after_block(1, 2, 3, 4, 5, 6, 7, block, 9) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

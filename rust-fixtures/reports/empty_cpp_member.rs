//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Phantom {}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Range {
    pub left: i32,
    pub unit: Phantom,
    pub right: i32,
}

extern "C" {
    fn right_of(range: Range) -> i32;
}

fn main() {
    let range = Range { left: 1, unit: Phantom {}, right: 2 };
    println!("{}", unsafe { right_of(range) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

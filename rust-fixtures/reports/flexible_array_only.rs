//@ edition = "2021"
//@ std = true
use std::os::raw::{c_char, c_long};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Name {
    pub bytes: [c_char; 0],
}

extern "C" {
    fn seventh(n: Name, a: c_long, b: c_long, c: c_long, d: c_long, e: c_long, f: c_long, g: c_long) -> c_long;
}

fn main() {
    println!("{}", unsafe { seventh(Name { bytes: [] }, 1, 2, 3, 4, 5, 6, 7) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
use std::os::raw::c_int;

extern "C" {
    fn first_five(start: c_int) -> *const c_int;
}

fn main() {
    let numbers = unsafe { std::slice::from_raw_parts(first_five(1), 5) };
    println!("{:?}", numbers);
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

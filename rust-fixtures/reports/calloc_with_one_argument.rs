//@ edition = "2021"
//@ std = true
use std::os::raw::c_void;

extern "C" {
    fn calloc(bytes: usize) -> *mut c_void;
    fn zeroed(count: usize) -> *mut c_void;
}

fn main() {
    println!("{}", unsafe { calloc(64).is_null() });
    println!("{}", unsafe { zeroed(64).is_null() });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

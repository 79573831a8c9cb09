//@ edition = "2021"
//@ std = true
use std::os::raw::{c_double, c_int};

extern "C" {
    fn first_number(count: c_int, ...) -> c_double;
}

fn pass<T>(number: T) -> c_double {
    unsafe { first_number(1, number) }
}

fn main() {
    println!("{}", pass(2.5f64));
    println!("{}", pass(2.5f32));
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

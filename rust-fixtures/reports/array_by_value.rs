//@ edition = "2021"
//@ std = true
#![allow(improper_ctypes)]

extern "C" {
    fn sum_four(numbers: [i32; 4], scale: i32) -> i32;
}

fn main() {
    println!("start");
    println!("{}", unsafe { sum_four([1, 2, 3, 4], 2) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
#![allow(improper_ctypes_definitions)]

#[no_mangle]
pub extern "C" fn length_of(bytes: &[u8]) -> usize {
    bytes.len()
}

extern "C" {
    fn length_of_hello() -> usize;
}

fn main() {
    println!("{}", unsafe { length_of_hello() });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

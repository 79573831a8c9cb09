//@ edition = "2021"
//@ std = true
extern "C" {
    fn find_entry(index: i32) -> i32;
}

fn main() {
    println!("{:#x}", unsafe { find_entry(2) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

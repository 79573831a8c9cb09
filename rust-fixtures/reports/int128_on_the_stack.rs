//@ edition = "2021"
//@ std = true
extern "C" {
    fn low_of_fifth(a: i128, b: i128, c: i128, between: i64, last: i128) -> i64;
}

fn main() {
    println!("{}", unsafe { low_of_fifth(1, 2, 3, 4, 2222) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

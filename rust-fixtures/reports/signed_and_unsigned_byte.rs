//@ edition = "2021"
//@ std = true
#[no_mangle]
pub extern "C" fn classify(value: u8) -> i32 {
    if value > 128 {
        1
    } else {
        -1
    }
}

extern "C" {
    fn classify_all(values: *const u8, count: i32) -> i32;
}

fn main() {
    let values = [129u8, 200];
    println!("{}", unsafe { classify_all(values.as_ptr(), 2) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

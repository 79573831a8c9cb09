//@ edition = "2021"
//@ std = true
static TABLE: [i32; 2] = [10, 20];

#[no_mangle]
pub extern "C" fn describe(flag: bool) -> i32 {
    TABLE[flag as usize]
}

extern "C" {
    fn describe_flags(flags: u8) -> i32;
}

fn main() {
    println!("{}", unsafe { describe_flags(3) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

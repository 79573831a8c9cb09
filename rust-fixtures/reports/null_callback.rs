//@ edition = "2021"
//@ std = true
#[no_mangle]
pub extern "C" fn set_callback(callback: extern "C" fn(i32) -> i32, value: i32) -> i32 {
    if callback as usize == 0 {
        return -1;
    }
    callback(value)
}

extern "C" {
    fn disable(value: i32) -> i32;
}

fn main() {
    println!("{}", unsafe { disable(7) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

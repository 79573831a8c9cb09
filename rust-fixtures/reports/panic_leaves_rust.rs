//@ edition = "2021"
//@ std = true
#[no_mangle]
pub extern "C" fn rust_checks(value: i32) -> i32 {
    assert!(value >= 0, "a negative number");
    value
}

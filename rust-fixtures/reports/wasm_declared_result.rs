//@ edition = "2021"
//@ std = true
extern "C" {
    fn test_func() -> i32;
    fn last_value() -> i32;
}

#[no_mangle]
pub extern "C" fn run_test() -> i32 {
    unsafe {
        test_func();
        last_value()
    }
}

//@ edition = "2021"
//@ std = true
extern "C-unwind" {
    fn cpp_throws(value: *const i32) -> i32;
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {}
}

#[no_mangle]
pub extern "C" fn rust_between(value: *const i32) -> i32 {
    let _guard = Guard;
    unsafe { cpp_throws(value) }
}

//@ std = true
use std::ffi::c_int;

unsafe extern "C-unwind" {
    fn cpp_may_throw(value: c_int) -> c_int;
}

struct CountDrop(*mut c_int);

impl Drop for CountDrop {
    fn drop(&mut self) {
        unsafe { *self.0 += 1 }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn rust_middle(value: c_int, drops: *mut c_int) -> c_int {
    let _guard = CountDrop(drops);
    unsafe { cpp_may_throw(value) }
}

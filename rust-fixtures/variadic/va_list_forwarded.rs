//@ rust-features = ["c_variadic"]
use core::ffi::{VaList, c_int};

unsafe extern "C" {
    fn sum_list(count: c_int, args: VaList) -> c_int;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_forward(count: c_int, args: ...) -> c_int {
    unsafe { sum_list(count, args) }
}

use core::ffi::c_int;

unsafe extern "C" {
    fn sum_ints(count: c_int, ...) -> c_int;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_sum_ints(n: c_int) -> c_int {
    // Seven extras: the last two find no integer register.
    unsafe { sum_ints(7, n, n, n, n, n, n, 2 * n) }
}

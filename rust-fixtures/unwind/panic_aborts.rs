//@ std = true
use std::ffi::c_int;

#[unsafe(no_mangle)]
pub extern "C" fn rust_divide(dividend: c_int, divisor: c_int) -> c_int {
    dividend.checked_div(divisor).expect("the divisor is zero")
}

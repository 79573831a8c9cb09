//@ rust-features = ["c_variadic"]
use core::ffi::c_int;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_sum(count: c_int, mut args: ...) -> c_int {
    let mut sum = 0;
    for _ in 0..count {
        sum += unsafe { args.arg::<c_int>() };
    }
    sum
}

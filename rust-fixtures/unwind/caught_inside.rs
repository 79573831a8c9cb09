//@ std = true
use std::ffi::c_int;
use std::{panic, slice};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_element(
    values: *const c_int,
    count: usize,
    index: usize,
    error: *mut c_int,
) -> c_int {
    let values = unsafe { slice::from_raw_parts(values, count) };
    match panic::catch_unwind(|| values[index]) {
        Ok(value) => value,
        Err(_) => {
            unsafe { *error = -1 };
            0
        }
    }
}

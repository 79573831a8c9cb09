use core::ffi::c_int;

unsafe extern "C" {
    fn process_data(arr: *mut c_int, len: usize) -> c_int;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_process_data(value: c_int) -> c_int {
    let mut data = [value, value, value];
    let sum = unsafe { process_data(data.as_mut_ptr(), data.len()) };
    // The sum and the array have to tell the same story.
    if data.iter().sum::<c_int>() == sum {
        sum
    } else {
        -1
    }
}

use core::ffi::{c_char, c_void};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_third(values: *const i32) -> i32 {
    unsafe { *values.add(2) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn store_at(values: *mut i32, index: u32, value: i32) {
    unsafe { *values.add(index as usize) = value }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn text_sum(mut text: *const c_char) -> u32 {
    let mut sum = 0u32;
    while unsafe { *text } != 0 {
        sum = sum.wrapping_add(unsafe { *text } as u8 as u32);
        text = unsafe { text.add(1) };
    }
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn is_null(p: *const c_void) -> i32 {
    p.is_null() as i32
}

use core::ffi::{CStr, c_char};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn count_byte(text: *const c_char, byte: u8) -> usize {
    if text.is_null() {
        return 0;
    }
    let text = unsafe { CStr::from_ptr(text) };
    text.to_bytes().iter().filter(|&&found| found == byte).count()
}

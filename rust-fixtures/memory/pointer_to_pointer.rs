use core::ffi::c_char;

unsafe extern "C" {
    fn next_word(cursor: *mut *const c_char, end: *const c_char) -> usize;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_count_words(text: *const c_char, length: usize) -> usize {
    let end = text.wrapping_add(length);
    let mut cursor = text;
    let mut words = 0;
    while unsafe { next_word(&mut cursor, end) } != 0 {
        words += 1;
    }
    words
}

use core::ffi::{c_char, c_schar, c_uchar};

#[unsafe(no_mangle)]
pub extern "C" fn identity_char(x: c_char) -> c_char {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_schar(x: c_schar) -> c_schar {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_uchar(x: c_uchar) -> c_uchar {
    x
}

// core has no name for wchar_t, whose type is a signed 32-bit integer on both targets.
#[unsafe(no_mangle)]
pub extern "C" fn identity_wchar(x: i32) -> i32 {
    x
}

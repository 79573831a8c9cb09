use core::ffi::{c_int, c_longlong, c_short, c_uint, c_ulonglong, c_ushort};

#[unsafe(no_mangle)]
pub extern "C" fn identity_short(x: c_short) -> c_short {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ushort(x: c_ushort) -> c_ushort {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_int(x: c_int) -> c_int {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_uint(x: c_uint) -> c_uint {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_longlong(x: c_longlong) -> c_longlong {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ulonglong(x: c_ulonglong) -> c_ulonglong {
    x
}

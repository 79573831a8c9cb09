use core::ffi::{c_long, c_ulong};

#[unsafe(no_mangle)]
pub extern "C" fn identity_long(x: c_long) -> c_long {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ulong(x: c_ulong) -> c_ulong {
    x
}

use core::ffi::c_int;

unsafe extern "C" {
    fn c_forgets(value: c_int) -> c_int;
    fn c_declares(value: c_int) -> c_int;
    fn c_restores(function: extern "C" fn(c_int) -> c_int, value: c_int) -> c_int;
}

extern "C" fn calls_both(value: c_int) -> c_int {
    unsafe { c_forgets(c_declares(value)) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_keeps(value: c_int) -> c_int {
    unsafe { c_restores(calls_both, value) }
}

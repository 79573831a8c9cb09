//@ std = true
use std::ffi::c_int;
use std::panic;

unsafe extern "C-unwind" {
    fn run_guarded(panics: c_int, depth: *mut c_int) -> c_int;
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn rust_may_panic(panics: c_int) -> c_int {
    if panics != 0 {
        // Unlike panic!, this runs no hook, which would write to standard error.
        panic::resume_unwind(Box::new(panics));
    }
    -1
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_catches(panics: c_int) -> c_int {
    let mut depth = 0;
    let at = &raw mut depth;
    let result = panic::catch_unwind(|| unsafe { run_guarded(panics, at) });
    // The cleanup in C has to run exactly once, with or without a panic.
    match result {
        Ok(value) => depth + value,
        Err(_) => depth + 100,
    }
}

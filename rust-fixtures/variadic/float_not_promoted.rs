use core::ffi::{c_double, c_int};

unsafe extern "C" {
    fn first_double(count: c_int, ...) -> c_double;
}

// The check against unpromoted extras looks at the type before the generic is filled in.
fn pass<T>(extra: T) -> c_double {
    unsafe { first_double(1, extra) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_passes_double(value: f64) -> c_double {
    pass(value)
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_passes_float(value: f32) -> c_double {
    pass(value)
}

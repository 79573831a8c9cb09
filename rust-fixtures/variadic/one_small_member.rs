use core::ffi::{c_double, c_int, c_schar};

#[repr(C)]
pub struct OneFloat {
    value: f32,
}

#[repr(C)]
pub struct OneChar {
    value: c_schar,
}

unsafe extern "C" {
    fn sum_structs(count: c_int, ...) -> c_double;
    fn sum_values(count: c_int, ...) -> c_double;
}

fn pass<A, B>(a: A, b: B, to: unsafe extern "C" fn(c_int, ...) -> c_double) -> c_double {
    unsafe { to(2, a, b) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_passes_structs(a: f32, b: c_schar) -> c_double {
    pass(OneFloat { value: a }, OneChar { value: b }, sum_structs)
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_passes_values(a: f32, b: c_schar) -> c_double {
    pass(f64::from(a), c_int::from(b), sum_values)
}

use core::ffi::{c_double, c_int};

unsafe extern "C" {
    fn weigh(pairs: c_int, ...) -> c_double;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_weigh(weight: c_int, value: c_double) -> c_double {
    // An f32 must be widened by hand: Rust refuses to promote it in silence.
    let small: f32 = 2.25;
    unsafe { weigh(2, weight, value, 1 as c_int, f64::from(small)) }
}

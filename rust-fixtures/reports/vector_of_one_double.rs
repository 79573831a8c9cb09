//@ edition = "2021"
//@ std = true
//@ rust-features = ["repr_simd", "simd_ffi"]
#[repr(simd)]
#[derive(Clone, Copy)]
pub struct One([f64; 1]);

extern "C" {
    fn one_of(value: f64) -> One;
}

#[no_mangle]
pub extern "C" fn one_is(value: f64) -> f64 {
    let one = unsafe { one_of(value) };
    unsafe { std::mem::transmute::<One, f64>(one) }
}

#[repr(C)]
pub struct Phasor {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn phasor_make(re: f64, im: f64) -> *mut Phasor;
    fn phasor_real(p: *const Phasor) -> f64;
    fn phasor_imaginary(p: *const Phasor) -> f64;
}

#[unsafe(no_mangle)]
pub extern "C" fn real_part(re: f64, im: f64) -> f64 {
    unsafe { phasor_real(phasor_make(re, im)) }
}

#[unsafe(no_mangle)]
pub extern "C" fn imaginary_part(re: f64, im: f64) -> f64 {
    unsafe { phasor_imaginary(phasor_make(re, im)) }
}

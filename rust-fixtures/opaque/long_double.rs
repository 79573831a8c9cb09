#[repr(C)]
pub struct Measure {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn measure_make(shown: f64, unit: i32) -> *mut Measure;
    fn measure_shown(m: *const Measure) -> f64;
    fn measure_unit(m: *const Measure) -> i32;
}

#[unsafe(no_mangle)]
pub extern "C" fn measured(shown: f64, unit: i32) -> i32 {
    unsafe { measure_unit(measure_make(shown, unit)) }
}

#[unsafe(no_mangle)]
pub extern "C" fn shown(shown: f64, unit: i32) -> f64 {
    unsafe { measure_shown(measure_make(shown, unit)) }
}

use core::arch::x86_64::{__m128d, _mm_cvtsd_f64};

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_m128d(v: __m128d) -> __m128d {
    v
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn low_lane(v: __m128d) -> f64 {
    unsafe { _mm_cvtsd_f64(v) }
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn second_m128d(_a: f64, b: __m128d) -> __m128d {
    b
}

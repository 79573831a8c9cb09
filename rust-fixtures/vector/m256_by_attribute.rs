use core::arch::x86_64::__m256;

#[unsafe(no_mangle)]
#[target_feature(enable = "avx")]
#[allow(improper_ctypes_definitions)]
pub unsafe extern "C" fn identity_m256(v: __m256) -> __m256 {
    v
}

#[unsafe(no_mangle)]
#[target_feature(enable = "avx")]
#[allow(improper_ctypes_definitions)]
pub unsafe extern "C" fn second_m256(_a: f32, b: __m256) -> __m256 {
    b
}

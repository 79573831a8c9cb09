//@ flags = ["-Ctarget-feature=+avx"]
use core::arch::x86_64::{__m256, __m256i};

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_m256(v: __m256) -> __m256 {
    v
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn second_m256(_a: f32, b: __m256) -> __m256 {
    b
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_m256i(v: __m256i) -> __m256i {
    v
}

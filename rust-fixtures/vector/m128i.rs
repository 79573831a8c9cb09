use core::arch::x86_64::{__m128i, _mm_xor_si128};

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_m128i(v: __m128i) -> __m128i {
    v
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn differing_bits(a: __m128i, _between: core::ffi::c_int, b: __m128i) -> __m128i {
    unsafe { _mm_xor_si128(a, b) }
}

use core::arch::x86_64::__m128;

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_m128(v: __m128) -> __m128 {
    v
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn ninth_m128(
    _a: __m128,
    _b: __m128,
    _c: __m128,
    _d: __m128,
    _e: __m128,
    _f: __m128,
    _g: __m128,
    _h: __m128,
    i: __m128,
) -> __m128 {
    i
}

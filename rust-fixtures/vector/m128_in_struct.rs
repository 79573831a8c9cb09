use core::arch::x86_64::__m128;

#[repr(C)]
pub struct OneVector {
    pub v: __m128,
}

#[repr(C)]
pub struct TwoVectors {
    pub v: __m128,
    pub w: __m128,
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn identity_one(s: OneVector) -> OneVector {
    s
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn w_of(s: TwoVectors) -> __m128 {
    s.w
}

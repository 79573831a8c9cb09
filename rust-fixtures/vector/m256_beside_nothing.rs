//@ flags = ["-Ctarget-feature=+avx"]
use core::arch::x86_64::__m256;

#[repr(C)]
pub struct Samples {
    block: __m256,
    rest: [f32; 0],
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn same_samples(s: Samples) -> Samples {
    s
}

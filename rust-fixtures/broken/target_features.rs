//@ flags = ["-Ctarget-feature=+avx"]
use core::arch::x86_64::__m256;

#[unsafe(no_mangle)]
pub extern "C" fn identity_m256(v: __m256) -> __m256 {
    v
}

//@ flags = ["-Ctarget-cpu=haswell"]
use core::arch::x86_64::__m256d;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn twice(x: __m256d) -> __m256d {
    unsafe { core::arch::x86_64::_mm256_add_pd(x, x) }
}

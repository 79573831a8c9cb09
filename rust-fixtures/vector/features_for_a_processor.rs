//@ flags = ["-Ctarget-cpu=x86-64-v3"]
use core::arch::x86_64::__m256d;

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn first_of(x: __m256d, _y: __m256d) -> __m256d {
    x
}

//@ flags = ["-Ctarget-feature=+avx"]
use core::arch::x86_64::__m128d;

#[repr(C, align(32))]
#[derive(Clone, Copy)]
pub union Pair {
    first: f64,
    both: __m128d,
}

#[unsafe(no_mangle)]
pub extern "C" fn first_of(p: Pair) -> f64 {
    unsafe { p.first }
}

#[unsafe(no_mangle)]
pub extern "C" fn same_pair(p: Pair) -> Pair {
    p
}

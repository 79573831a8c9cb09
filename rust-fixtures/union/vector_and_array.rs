//@ flags = ["-Ctarget-feature=+avx"]
use core::arch::x86_64::__m256;

#[repr(C)]
#[derive(Clone, Copy)]
pub union Lanes {
    all: __m256,
    each: [u64; 4],
}

#[unsafe(no_mangle)]
pub extern "C" fn last_lane(l: Lanes) -> u64 {
    unsafe { l.each[3] }
}

#[unsafe(no_mangle)]
pub extern "C" fn same_lanes(l: Lanes) -> Lanes {
    l
}

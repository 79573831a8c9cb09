//@ edition = "2021"
//@ std = true
//@ flags = ["-Ctarget-feature=+avx512f"]
use std::arch::x86_64::{__m128i, __m512i};

#[repr(C)]
#[derive(Clone, Copy)]
pub union Lanes {
    pub all: __m512i,
    pub quarters: [__m128i; 4],
}

extern "C" {
    fn lanes_of(value: i32) -> Lanes;
    fn last_of(before: i32, lanes: Lanes) -> i32;
}

#[no_mangle]
pub extern "C" fn round_trip(value: i32) -> i32 {
    unsafe { last_of(100, lanes_of(value)) }
}

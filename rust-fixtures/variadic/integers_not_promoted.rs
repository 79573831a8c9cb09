use core::ffi::c_int;

unsafe extern "C" {
    fn sum_ints(count: c_int, ...) -> c_int;
}

// The check against unpromoted extras looks at the types before the generic is filled in.
fn pass<A, B, C>(a: A, b: B, c: C) -> c_int {
    unsafe { sum_ints(3, a, b, c) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_passes(a: i8, b: u16, c: bool) -> c_int {
    pass(a, b, c)
}

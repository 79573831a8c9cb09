#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn last_word(t: *const Triple) -> u64 {
    unsafe { (*t).c }
}

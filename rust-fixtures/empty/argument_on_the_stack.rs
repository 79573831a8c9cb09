#[repr(C)]
pub struct Nothing {}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn past_nothing(
    _a: u64,
    _b: u64,
    _c: u64,
    _d: u64,
    _e: u64,
    _f: u64,
    g: u64,
    _n: Nothing,
    h: u64,
) -> u64 {
    g.wrapping_sub(h)
}

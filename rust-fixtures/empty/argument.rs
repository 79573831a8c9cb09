#[repr(C)]
pub struct Nothing {}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn around_nothing(a: u32, _n: Nothing, b: u32) -> u32 {
    a.wrapping_sub(b)
}

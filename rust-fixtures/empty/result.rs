#[repr(C)]
pub struct Nothing {}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn make_nothing(_a: u32) -> Nothing {
    Nothing {}
}

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn code_point(c: char) -> u32 {
    c as u32
}

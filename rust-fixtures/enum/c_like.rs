#[repr(C)]
pub enum Color {
    Red,
    Green,
    Blue = 7,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_color(c: Color) -> Color {
    c
}

#[unsafe(no_mangle)]
pub extern "C" fn color_number(c: Color) -> core::ffi::c_int {
    c as core::ffi::c_int
}

#[repr(C)]
pub struct Reserved {
    pub value: u32,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn first_value(r: *const Reserved) -> u32 {
    unsafe { (*r).value }
}

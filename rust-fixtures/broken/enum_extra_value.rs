#[repr(C)]
pub enum State {
    Idle,
    Busy,
}

#[unsafe(no_mangle)]
pub extern "C" fn state_number(s: State) -> core::ffi::c_int {
    s as core::ffi::c_int
}

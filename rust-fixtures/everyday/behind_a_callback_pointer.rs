use core::ffi::c_int;

#[repr(C)]
pub struct Event {
    pub kind: u8,
    pub code: u64,
    pub when: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn on_event(_callback: Option<unsafe extern "C" fn(event: *const Event, last: c_int)>) {}

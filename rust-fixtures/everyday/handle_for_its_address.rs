use core::ffi::c_void;

#[repr(C)]
pub struct Clock {
    pub source: *mut c_void,
}

#[repr(C)]
pub struct Event {
    pub clock: *mut Clock,
    pub tick: u32,
}

unsafe extern "C" {
    pub fn when(event: Event) -> u32;
}

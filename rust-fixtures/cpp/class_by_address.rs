#[repr(C)]
pub struct Handle {
    number: i32,
}

unsafe extern "C" {
    pub fn handle_open(result: *mut Handle, number: i32);
    pub fn handle_sum(one: *mut Handle, more: i32) -> i32;
    pub fn handle_get(handle: *const Handle) -> i32;
}

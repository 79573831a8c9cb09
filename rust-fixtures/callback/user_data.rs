use core::ffi::{c_int, c_void};

unsafe extern "C" {
    fn apply(
        callback: Option<unsafe extern "C" fn(*mut c_void, c_int) -> c_int>,
        user: *mut c_void,
        value: c_int,
    ) -> c_int;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_add_user(user: *mut c_void, value: c_int) -> c_int {
    let state = user.cast::<c_int>();
    if state.is_null() {
        return value;
    }
    unsafe {
        *state += 1;
        *state + value
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_apply(start: c_int, value: c_int) -> c_int {
    let mut state = start;
    let sum = unsafe { apply(Some(rust_add_user), (&raw mut state).cast(), value) };
    // The state was written through the pointer twice, between two reads on this side.
    sum + state - start + value
}

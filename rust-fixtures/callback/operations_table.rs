use core::ffi::c_void;

#[repr(C)]
pub struct Operations {
    user: *mut c_void,
    add: Option<unsafe extern "C" fn(*mut c_void, i32) -> i64>,
    reset: Option<unsafe extern "C" fn(*mut c_void)>,
    close: Option<unsafe extern "C" fn(*mut c_void)>,
}

unsafe extern "C" {
    fn drive(operations: *const Operations, value: i32) -> i64;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_add(user: *mut c_void, value: i32) -> i64 {
    let total = user.cast::<i64>();
    unsafe {
        *total += i64::from(value);
        *total
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_reset(user: *mut c_void) {
    unsafe { *user.cast::<i64>() = 2 }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_drive(value: i32) -> i64 {
    let mut total = 0i64;
    let operations = Operations {
        user: (&raw mut total).cast(),
        add: Some(rust_add),
        reset: Some(rust_reset),
        close: None,
    };
    unsafe { drive(&operations, value) }
}

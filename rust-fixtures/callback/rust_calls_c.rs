use core::ffi::{c_int, c_void};

type Visitor = unsafe extern "C" fn(*mut c_void, c_int) -> c_int;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_fold(visit: Option<Visitor>, user: *mut c_void, count: c_int) -> c_int {
    let Some(visit) = visit else { return -1 };
    let mut last = 0;
    for value in 1..=count {
        last = unsafe { visit(user, value) };
    }
    last
}

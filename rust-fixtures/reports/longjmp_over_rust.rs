//@ edition = "2021"
//@ std = true
use std::sync::atomic::{AtomicI32, Ordering};

static LOCKED: AtomicI32 = AtomicI32::new(0);

extern "C" {
    fn raise_error(code: *const i32);
    fn protected_step(value: i32) -> i32;
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        LOCKED.fetch_sub(1, Ordering::SeqCst);
    }
}

#[no_mangle]
pub extern "C" fn rust_step(value: *const i32) -> i32 {
    LOCKED.fetch_add(1, Ordering::SeqCst);
    let _guard = Guard;
    if unsafe { *value } != 0 {
        unsafe { raise_error(&7) };
    }
    0
}

#[no_mangle]
pub extern "C" fn is_unlocked_after(value: i32) -> i32 {
    unsafe { protected_step(value) };
    // The guard was not dropped.
    if LOCKED.load(Ordering::SeqCst) != 0 {
        std::process::abort();
    }
    1
}

use core::ffi::c_void;

// One slot behind every handle, since there is no allocator here.
static mut SLOT: u32 = 0;

#[unsafe(no_mangle)]
pub extern "C" fn counter_open(start: u32) -> *mut c_void {
    let slot = &raw mut SLOT;
    unsafe { *slot = start };
    slot.cast()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn counter_add(c: *mut c_void, amount: u32) {
    let counter = c.cast::<u32>();
    unsafe { *counter = (*counter).wrapping_add(amount) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn counter_close(c: *mut c_void) -> u32 {
    unsafe { *c.cast::<u32>() }
}

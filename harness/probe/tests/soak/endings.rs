//! A panic that unwinds out of its call.

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn panics(args: *const *const u32, ret: *mut u32) {
    let id = unsafe { **args };
    unsafe { *ret = id ^ 0x5a5a_5a5a };
    panic!("call {id}");
}

#[unsafe(no_mangle)]
pub extern "C" fn loses_rbx(value: i32) -> i32 {
    value
}

#[unsafe(no_mangle)]
pub extern "C" fn loses_more(value: i32) -> i32 {
    unsafe { core::arch::asm!("mov r14, 1", "mov r15, 2", options(nomem, nostack)) };
    value
}

#[unsafe(no_mangle)]
pub extern "C" fn loses_in_rust(value: i32) -> i32 {
    unsafe { core::arch::asm!("mov r13, 1", options(nomem, nostack)) };
    value
}

#[unsafe(no_mangle)]
pub extern "C" fn loses_nothing(value: i32) -> i32 {
    value
}

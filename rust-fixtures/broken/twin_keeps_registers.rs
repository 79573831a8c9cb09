#[unsafe(no_mangle)]
pub extern "C" fn keeps(value: i32) -> i32 {
    // LLVM keeps rbx to itself.
    unsafe {
        core::arch::asm!(
            "mov r12, 1", "mov r13, 1", "mov r14, 1", "mov r15, 1",
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            options(nomem, nostack)
        )
    };
    value
}

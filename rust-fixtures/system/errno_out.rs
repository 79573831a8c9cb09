use core::arch::asm;
use core::ffi::{c_int, c_void};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_or_errno(
    fd: c_int,
    buf: *mut c_void,
    count: usize,
    error: *mut c_int,
) -> isize {
    let result: isize;
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") 0isize => result,
            in("rdi") fd as isize,
            in("rsi") buf,
            in("rdx") count,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    if result < 0 {
        unsafe { *error = -result as c_int };
        return -1;
    }
    result
}

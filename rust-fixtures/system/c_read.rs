use core::arch::asm;
use core::ffi::{c_int, c_void};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn c_read(fd: c_int, buf: *mut c_void, count: usize) -> isize {
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
    result
}

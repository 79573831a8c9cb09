#[unsafe(no_mangle)]
pub extern "C" fn trap_unless(value: u32) -> u32 {
    if value == 0 {
        #[cfg(target_arch = "x86_64")]
        unsafe {
            core::arch::asm!("ud2", options(noreturn))
        }
        #[cfg(target_arch = "wasm32")]
        core::arch::wasm32::unreachable()
    }
    value
}

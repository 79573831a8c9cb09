use core::arch::asm;

#[repr(C, align(16))]
struct Aligned([i64; 2]);

#[unsafe(no_mangle)]
pub extern "C" fn rust_aligned(value: i64) -> i64 {
    let mut aligned = Aligned([value, value]);
    let at = &raw mut aligned;
    // movaps checks what the compiler takes for granted about the stack, at every optimisation level.
    unsafe {
        asm!("movaps {vector}, xmmword ptr [{at}]", "movaps xmmword ptr [{at}], {vector}",
            vector = out(xmm_reg) _, at = in(reg) at, options(nostack, preserves_flags));
    }
    aligned.0[0].wrapping_add(aligned.0[1])
}

//@ edition = "2021"
//@ std = true
#[repr(C, align(16))]
struct Aligned([i64; 2]);

#[no_mangle]
pub extern "C" fn aligned_sum(value: i64) -> i64 {
    let mut aligned = Aligned([value, value]);
    let at: *mut Aligned = &mut aligned;
    unsafe {
        std::arch::asm!("movaps {vector}, xmmword ptr [{at}]", "movaps xmmword ptr [{at}], {vector}",
            vector = out(xmm_reg) _, at = in(reg) at, options(nostack, preserves_flags));
    }
    aligned.0[0].wrapping_add(aligned.0[1])
}

extern "C" {
    fn handler(value: i64) -> i64;
}

fn main() {
    println!("{}", unsafe { handler(7) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

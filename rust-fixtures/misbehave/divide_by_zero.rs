//@ rust-features = ["core_intrinsics"]
use core::{intrinsics, ptr};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn divide_raw(dividend: i32, divisor: i32) -> i32 {
    // The operator would check first and panic; the intrinsic is the bare instruction, as in C.
    unsafe {
        let by = ptr::read_volatile(&raw const divisor);
        intrinsics::unchecked_div(dividend, by)
    }
}

use core::ffi::{CStr, c_char};

unsafe extern "C" {
    static c_primes: [u16; 4];
    static c_label: [c_char; 6];
}

#[unsafe(no_mangle)]
pub static RUST_SQUARES: [u8; 4] = [0, 1, 4, 9];

#[unsafe(no_mangle)]
pub extern "C" fn rust_prime(index: u32) -> u16 {
    unsafe { c_primes[(index & 3) as usize] }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_label_length() -> usize {
    unsafe { CStr::from_ptr((&raw const c_label).cast()) }.count_bytes()
}

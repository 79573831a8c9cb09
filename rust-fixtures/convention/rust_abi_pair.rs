#[repr(C)]
pub struct Pair {
    low: u32,
    high: u32,
}

unsafe extern "Rust" {
    fn pair_sum(pair: Pair) -> u32;
}

// A direct call: on wasm it is linked to a stub, a call through a pointer is not.
#[unsafe(no_mangle)]
pub extern "C" fn rust_pair_sum(low: u32, high: u32) -> u32 {
    unsafe { pair_sum(Pair { low, high }) }
}

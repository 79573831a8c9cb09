//@ flags = ["-Ctarget-feature=+simd128"]
use core::arch::wasm32::v128;

#[unsafe(no_mangle)]
#[allow(improper_ctypes_definitions)]
pub extern "C" fn first_of(x: v128, _y: v128) -> v128 {
    x
}

use core::ffi::c_long;

#[unsafe(no_mangle)]
pub extern "C" fn eighth(
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
    g: c_long,
    h: c_long,
    i: c_long,
) -> c_long {
    a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i
}

use core::ptr;

#[unsafe(no_mangle)]
pub extern "C" fn spin(forever: u32) -> u32 {
    let again = forever;
    while unsafe { ptr::read_volatile(&raw const again) } != 0 {}
    0
}

use core::ptr;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn write_at(address: usize, value: u32) {
    unsafe { ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(value) }
}

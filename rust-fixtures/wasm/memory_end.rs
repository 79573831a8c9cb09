use core::arch::wasm32;

#[unsafe(no_mangle)]
pub extern "C" fn page_count() -> u32 {
    wasm32::memory_size::<0>() as u32
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn touch(address: u32) -> i32 {
    let byte = address as usize as *mut u8;
    unsafe {
        let before = byte.read_volatile();
        byte.write_volatile(90);
        let after = byte.read_volatile();
        byte.write_volatile(before);
        i32::from(after)
    }
}

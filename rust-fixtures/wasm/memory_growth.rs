use core::arch::wasm32;

#[unsafe(no_mangle)]
pub extern "C" fn grow_to(pages: u32) -> i32 {
    let pages = pages as usize;
    let now = wasm32::memory_size::<0>();
    if now < pages && wasm32::memory_grow::<0>(pages - now) == usize::MAX {
        return -1;
    }
    wasm32::memory_size::<0>().wrapping_mul(65536) as i32
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fill_new_page(out: *mut u8, count: usize, seed: u8) -> i32 {
    if grow_to(2) < 0 {
        return -1;
    }
    let page = (131_072 - count) as *mut u8;
    for i in 0..count {
        unsafe { page.add(i).write_volatile(seed.wrapping_add(i as u8)) };
    }
    for i in 0..count {
        unsafe { *out.add(i) = page.add(i).read_volatile() };
    }
    count as i32
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn touch_grown(address: u32) -> i32 {
    if grow_to(2) < 0 {
        return -1;
    }
    let byte = address as usize as *mut u8;
    unsafe {
        byte.write_volatile(90);
        i32::from(byte.read_volatile())
    }
}

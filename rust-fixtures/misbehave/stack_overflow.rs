use core::mem::MaybeUninit;

#[unsafe(no_mangle)]
pub extern "C" fn descend(depth: u32) -> u32 {
    let mut frame = MaybeUninit::<[u32; 256]>::uninit();
    let slot = frame
        .as_mut_ptr()
        .cast::<u32>()
        .wrapping_add((depth & 255) as usize);
    unsafe { slot.write_volatile(1) };
    if depth == 0 {
        return 0;
    }
    descend(depth - 1).wrapping_add(unsafe { slot.read_volatile() })
}

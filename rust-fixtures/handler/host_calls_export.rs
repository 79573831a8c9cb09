use core::slice;

static mut KEPT: ([u8; 32], usize) = ([0; 32], 0);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_handler(buf: *const u8, len: usize) -> isize {
    let (bytes, kept) = unsafe { &mut *(&raw mut KEPT) };
    let Some(room) = bytes.get_mut(..len) else {
        return -1;
    };
    if len > 0 {
        room.copy_from_slice(unsafe { slice::from_raw_parts(buf, len) });
    }
    *kept = len;
    len as isize
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_kept_sum() -> u32 {
    let (bytes, kept) = unsafe { &*(&raw const KEPT) };
    bytes.iter().take(*kept).map(|&byte| u32::from(byte)).sum()
}

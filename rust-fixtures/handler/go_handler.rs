struct Kept {
    bytes: [u8; 64],
    length: usize,
}

static mut KEPT: Kept = Kept {
    bytes: [0; 64],
    length: 0,
};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn go_handler(buf: *const u8, len: usize) -> isize {
    let kept = unsafe { &mut *(&raw mut KEPT) };
    let Some(room) = kept.bytes.get_mut(..len) else {
        return -1;
    };
    for (i, byte) in room.iter_mut().enumerate() {
        *byte = unsafe { *buf.add(i) };
    }
    kept.length = len;
    len as isize
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn keep_then_overwrite(buf: *mut u8, len: usize) -> u32 {
    if unsafe { go_handler(buf, len) } < 0 {
        return 0;
    }
    for i in 0..len {
        unsafe { *buf.add(i) = 0xEE };
    }
    let kept = unsafe { &*(&raw const KEPT) };
    kept.bytes
        .iter()
        .take(kept.length)
        .map(|&byte| u32::from(byte))
        .sum()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn upper_case(buf: *mut u8, len: usize) -> u64 {
    if buf.is_null() && len > 0 {
        return u64::from(u32::MAX) << 32;
    }
    let mut changes = 0u32;
    for i in 0..len {
        let byte = unsafe { &mut *buf.add(i) };
        if byte.is_ascii_lowercase() {
            byte.make_ascii_uppercase();
            changes += 1;
        }
    }
    (len as u64) << 32 | u64::from(changes)
}

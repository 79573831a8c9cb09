use core::ffi::c_char;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn to_hex(value: u32, out: *mut c_char, capacity: usize) -> usize {
    let mut length = 1;
    while length < 8 && value >> (4 * length) != 0 {
        length += 1;
    }
    let mut written = 0;
    while written < length && written + 1 < capacity {
        let digit = value >> (4 * (length - 1 - written)) & 15;
        unsafe { *out.add(written) = b"0123456789abcdef"[digit as usize] as c_char };
        written += 1;
    }
    if capacity > 0 {
        unsafe { *out.add(written) = 0 };
    }
    length
}

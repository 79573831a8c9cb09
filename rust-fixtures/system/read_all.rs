use core::ffi::{c_int, c_void};

unsafe extern "C" {
    fn raw_read(fd: c_int, buf: *mut c_void, count: usize) -> isize;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_read_all(fd: c_int, buf: *mut c_void, capacity: usize) -> isize {
    let mut filled = 0;
    while filled < capacity {
        // Three bytes at a time, so that one call is never enough.
        let count = (capacity - filled).min(3);
        match unsafe { raw_read(fd, buf.byte_add(filled), count) } {
            0 => break,
            error if error < 0 => return error,
            read => filled += read as usize,
        }
    }
    filled as isize
}

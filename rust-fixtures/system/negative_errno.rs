const BAD_ADDRESS: isize = 14;
const OUT_OF_RANGE: isize = 34;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn copy_checked(to: *mut u8, capacity: usize, from: *const u8, count: usize) -> isize {
    if count > capacity {
        return -OUT_OF_RANGE;
    }
    if count > 0 && (to.is_null() || from.is_null()) {
        return -BAD_ADDRESS;
    }
    for i in 0..count {
        unsafe { *to.add(i) = *from.add(i) };
    }
    count as isize
}

use core::ffi::c_int;
use core::ptr;

unsafe extern "C" {
    fn double_each(tag: c_int, ...) -> c_int;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_double_each(value: c_int) -> c_int {
    let mut slots = [value; 8];
    let [a, b, c, d, e, f, g, h] = &mut slots;
    // A bare 0 would be an int, not a null pointer, so the end is a typed null.
    let count = unsafe {
        double_each(
            100,
            ptr::from_mut(a),
            ptr::from_mut(b),
            ptr::from_mut(c),
            ptr::from_mut(d),
            ptr::from_mut(e),
            ptr::from_mut(f),
            ptr::from_mut(g),
            ptr::from_mut(h),
            ptr::null_mut::<c_int>(),
        )
    };
    if count == 108 { slots[7] } else { -1 }
}

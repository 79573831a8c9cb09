use core::ptr;

#[repr(C)]
pub struct Node {
    next: *mut Node,
    digit: i16,
}

unsafe extern "C" {
    fn reverse(list: *mut Node) -> *mut Node;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_reverse(a: i16, b: i16, c: i16) -> i32 {
    let mut third = Node {
        next: ptr::null_mut(),
        digit: c,
    };
    let mut second = Node {
        next: &raw mut third,
        digit: b,
    };
    let mut first = Node {
        next: &raw mut second,
        digit: a,
    };
    let mut at = unsafe { reverse(&raw mut first) };
    let mut number = 0i32;
    while !at.is_null() {
        number = number
            .wrapping_mul(10)
            .wrapping_add(unsafe { i32::from((*at).digit) });
        at = unsafe { (*at).next };
    }
    number
}

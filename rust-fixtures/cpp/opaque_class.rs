#[repr(C)]
pub struct Counter {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn counter_create() -> *mut Counter;
    fn counter_add(counter: *mut Counter, value: i32) -> i64;
    fn counter_destroy(counter: *mut Counter);
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_uses_counter(value: i32) -> i64 {
    unsafe {
        let counter = counter_create();
        // There is only one, so a second request has to be refused.
        if counter.is_null() || !counter_create().is_null() {
            return i64::MIN;
        }
        counter_add(counter, value);
        let total = counter_add(counter, value);
        counter_destroy(counter);
        total - i64::from(value)
    }
}

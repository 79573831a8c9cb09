#[repr(C)]
pub struct Gauge {
    value: i64,
    step: *const i32,
}

#[unsafe(no_mangle)]
pub static mut RUST_STEP: i32 = 1;

#[unsafe(no_mangle)]
pub static mut RUST_GAUGE: Gauge = Gauge {
    value: 0,
    step: &raw const RUST_STEP,
};

#[unsafe(no_mangle)]
pub extern "C" fn rust_advance() -> i64 {
    unsafe {
        let gauge = &raw mut RUST_GAUGE;
        (*gauge).value = (*gauge).value.wrapping_add(i64::from(*(*gauge).step));
        (*gauge).value
    }
}

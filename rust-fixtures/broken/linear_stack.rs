unsafe extern "C" {
    fn c_forgets(value: i32) -> i32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_keeps(value: i32) -> i32 {
    unsafe { c_forgets(value) }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_reads(value: i32) -> i32 {
    value + 2
}

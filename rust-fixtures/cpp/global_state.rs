unsafe extern "C" {
    fn held(more: i32) -> i32;
}

#[unsafe(no_mangle)]
pub extern "C" fn ask(more: i32) -> i32 {
    unsafe { held(more) }
}

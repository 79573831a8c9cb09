#[unsafe(no_mangle)]
pub extern "C" fn forty_two() -> i32 {
    42
}

#[unsafe(no_mangle)]
pub extern "C" fn ignored(_x: i32) {}

#[unsafe(no_mangle)]
pub extern "C" fn nothing_at_all() {}

#[unsafe(no_mangle)]
pub extern "C" fn get_int(_value: *mut u8) {}

#[unsafe(no_mangle)]
pub extern "C" fn get_short(_value: *mut i8) {}

#[unsafe(no_mangle)]
pub extern "C" fn get_address(_value: *mut u8) {}

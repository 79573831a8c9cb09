use core::ptr::NonNull;

#[unsafe(no_mangle)]
pub extern "C" fn increment(value: Option<&mut u32>) {
    if let Some(value) = value {
        *value = value.wrapping_add(1);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn is_present(value: Option<NonNull<u32>>) -> i32 {
    value.is_some() as i32
}

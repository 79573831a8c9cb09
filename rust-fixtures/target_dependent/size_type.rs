#[unsafe(no_mangle)]
pub extern "C" fn identity_size(x: usize) -> usize {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_difference(x: isize) -> isize {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_address(x: usize) -> usize {
    x
}

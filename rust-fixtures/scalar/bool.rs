#[unsafe(no_mangle)]
pub extern "C" fn identity_bool(x: bool) -> bool {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn negation(x: bool) -> bool {
    !x
}

#[unsafe(no_mangle)]
pub extern "C" fn only_second(a: bool, b: bool) -> bool {
    !a && b
}

#[unsafe(no_mangle)]
pub extern "C" fn twice(x: i32) -> i32 {
    x.wrapping_mul(2)
}

#[unsafe(no_mangle)]
pub extern "C" fn apply_or(function: Option<extern "C" fn(i32) -> i32>, x: i32, otherwise: i32) -> i32 {
    match function {
        Some(function) => function(x),
        None => otherwise,
    }
}

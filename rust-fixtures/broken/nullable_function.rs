#[unsafe(no_mangle)]
pub extern "C" fn twice(x: i32) -> i32 {
    x.wrapping_mul(2)
}

#[unsafe(no_mangle)]
pub extern "C" fn apply(function: extern "C" fn(i32) -> i32, x: i32) -> i32 {
    function(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_f32(x: f32) -> f32 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_f64(x: f64) -> f64 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn second_f32(_a: f64, b: f32, _c: f64) -> f32 {
    b
}

#[unsafe(no_mangle)]
pub extern "C" fn third_f64(_a: f32, _b: f32, c: f64) -> f64 {
    c
}

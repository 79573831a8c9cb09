#[unsafe(no_mangle)]
pub extern "C" fn tenth_float(
    _a: f32,
    _b: f64,
    _c: f32,
    _d: f64,
    _e: f32,
    _f: f64,
    _g: f32,
    _h: f64,
    _i: f32,
    j: f64,
) -> f64 {
    j
}

#[unsafe(no_mangle)]
pub extern "C" fn ninth_float(
    _a: f32,
    _b: f64,
    _c: f32,
    _d: f64,
    _e: f32,
    _f: f64,
    _g: f32,
    _h: f64,
    i: f32,
    _j: f64,
) -> f32 {
    i
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex32 {
    pub re: f32,
    pub im: f32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex64 {
    pub re: f64,
    pub im: f64,
}

#[repr(C)]
pub struct Wave {
    pub id: u32,
    pub value: Complex32,
}

#[repr(C)]
pub struct Swing {
    pub value: Complex64,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_c32(z: Complex32) -> Complex32 {
    z
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_c64(z: Complex64) -> Complex64 {
    z
}

#[unsafe(no_mangle)]
pub extern "C" fn wave_value(w: Wave) -> Complex32 {
    w.value
}

#[unsafe(no_mangle)]
pub extern "C" fn make_swing(value: Complex64) -> Swing {
    Swing { value }
}

#[unsafe(no_mangle)]
pub extern "C" fn ninth(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    z: Complex64,
    after: u32,
) -> Complex64 {
    if a + b + c + d + e + f + g + h == f64::from(after) {
        z
    } else {
        Complex64 { re: -z.re, im: -z.im }
    }
}

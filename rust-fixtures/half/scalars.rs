//@ rust-features = ["f16"]
#[repr(C)]
pub struct Shade {
    pub red: f16,
    pub green: f16,
    pub blue: f16,
}

#[repr(C)]
pub struct Sample {
    pub level: f16,
    pub at: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_f16(x: f16) -> f16 {
    x
}

#[unsafe(no_mangle)]
pub extern "C" fn green_of(s: Shade) -> f16 {
    s.green
}

#[unsafe(no_mangle)]
pub extern "C" fn make_shade(red: f16, green: f16, blue: f16) -> Shade {
    Shade { red, green, blue }
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_sample(s: Sample) -> Sample {
    s
}

#[unsafe(no_mangle)]
pub extern "C" fn ninth(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, x: f16) -> f16 {
    if a + b + c + d + e + f + g + h == 0.0 { 0.0 } else { x }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Floats {
    pub a: f32,
    pub b: f32,
    pub c: f32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleAndInt {
    pub a: f64,
    pub b: i32,
}

#[repr(C)]
pub union Either {
    pub floats: Floats,
    pub mixed: DoubleAndInt,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_either(e: Either) -> Either {
    e
}

#[unsafe(no_mangle)]
pub extern "C" fn mixed_b(e: Either) -> i32 {
    unsafe { e.mixed.b }
}

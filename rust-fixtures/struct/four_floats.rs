#[repr(C)]
pub struct Vec4 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
    pub w: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn vec4_w(v: Vec4) -> f32 {
    v.w
}

#[unsafe(no_mangle)]
pub extern "C" fn backwards(v: Vec4) -> Vec4 {
    Vec4 {
        x: v.w,
        y: v.z,
        z: v.y,
        w: v.x,
    }
}

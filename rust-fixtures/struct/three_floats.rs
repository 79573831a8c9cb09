#[repr(C)]
pub struct Vec3 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

#[unsafe(no_mangle)]
pub extern "C" fn vec3_z(v: Vec3) -> f32 {
    v.z
}

#[unsafe(no_mangle)]
pub extern "C" fn rotate(v: Vec3) -> Vec3 {
    Vec3 {
        x: v.y,
        y: v.z,
        z: v.x,
    }
}

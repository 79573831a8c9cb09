#[repr(C)]
pub struct Vector {
    x: f64,
    y: f64,
}

unsafe extern "Rust" {
    fn pick(vector: Vector, which: i32) -> f64;
}

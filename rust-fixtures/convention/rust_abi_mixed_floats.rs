#[repr(C)]
pub struct Sample {
    before: f32,
    value: i32,
    after: f32,
}

unsafe extern "Rust" {
    fn middle(sample: Sample) -> i32;
}

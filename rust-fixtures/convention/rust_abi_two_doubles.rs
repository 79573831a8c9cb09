#[repr(C)]
pub struct Vector {
    x: f64,
    y: f64,
}

unsafe extern "Rust" {
    fn pick(vector: Vector, which: i32) -> f64;
}

// A direct call: on wasm it is linked to a stub, a call through a pointer is not.
#[unsafe(no_mangle)]
pub extern "C" fn rust_pick(x: f64, y: f64, which: i32) -> f64 {
    unsafe { pick(Vector { x, y }, which) }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Shape {
    x: f64,
    sides: i32,
    turn: i16,
}

unsafe extern "C" {
    fn scaled(shape: Shape, factor: i32) -> Shape;
    fn length_squared(shape: *const Shape) -> f64;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_scales(x: f64) -> f64 {
    let shape = unsafe {
        scaled(
            Shape {
                x,
                sides: 3,
                turn: -1,
            },
            4,
        )
    };
    if shape.sides == 12 && shape.turn == -1 {
        unsafe { length_squared(&shape) }
    } else {
        -1.0
    }
}

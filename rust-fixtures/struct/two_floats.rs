#[repr(C)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_point(x: f32, y: f32) -> Point {
    Point { x, y }
}

#[unsafe(no_mangle)]
pub extern "C" fn point_y(p: Point) -> f32 {
    p.y
}

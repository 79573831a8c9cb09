#[repr(C)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

// The empty member has a byte of its own in C++, among those that are padding here.
#[repr(C)]
pub struct Box {
    pub width: i32,
    pub kind: i16,
}

#[unsafe(no_mangle)]
pub extern "C" fn x_of(p: Point) -> i32 {
    p.x
}

#[unsafe(no_mangle)]
pub extern "C" fn make_point(x: i32, y: i32) -> Point {
    Point { x, y }
}

#[unsafe(no_mangle)]
pub extern "C" fn width_of(b: Box) -> i32 {
    b.width
}

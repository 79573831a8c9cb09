#[repr(C)]
pub enum Direction {
    Back = -1,
    Stop = 0,
    Forth = 1,
    Least = i32::MIN as isize,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_direction(d: Direction) -> Direction {
    d
}

#[unsafe(no_mangle)]
pub extern "C" fn direction_number(d: Direction) -> i64 {
    d as i64
}

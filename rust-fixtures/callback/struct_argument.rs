#[repr(C)]
pub struct Event {
    time: i64,
    code: i32,
    weight: f64,
}

#[repr(C)]
pub struct Point {
    x: f32,
    y: f32,
    z: f32,
}

unsafe extern "C" {
    fn on_events(callback: Option<extern "C" fn(i32, Event, Point) -> i64>, count: i32) -> i64;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_event(index: i32, event: Event, point: Point) -> i64 {
    let floats = f64::from(point.x) + f64::from(point.y) + f64::from(point.z) + event.weight * 2.0;
    event
        .time
        .wrapping_add(i64::from(event.code))
        .wrapping_add(i64::from(index))
        .wrapping_add(floats as i64)
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_on_events(count: i32) -> i64 {
    unsafe { on_events(Some(rust_event), count) }
}

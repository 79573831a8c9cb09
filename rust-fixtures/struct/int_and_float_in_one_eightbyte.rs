#[repr(C)]
pub struct Reading {
    pub sensor: i32,
    pub value: f32,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_reading(sensor: i32, value: f32) -> Reading {
    Reading { sensor, value }
}

#[unsafe(no_mangle)]
pub extern "C" fn reading_value(r: Reading) -> f32 {
    r.value
}

#[unsafe(no_mangle)]
pub extern "C" fn reading_sensor(r: Reading) -> i32 {
    r.sensor
}

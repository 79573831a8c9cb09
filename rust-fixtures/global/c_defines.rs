#[repr(C)]
pub struct Settings {
    level: u8,
    scale: f64,
    offsets: [i16; 3],
}

unsafe extern "C" {
    static mut counter: i32;
    static mut settings: Settings;
    fn c_reads() -> f64;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_sets(value: i32, scale: f64) -> f64 {
    unsafe {
        counter = value;
        settings.scale = scale;
        settings.level = 7;
        settings.offsets[2] = value as i16;
        // Reading back on this side as well makes a copy of the variable on either side visible.
        if counter != value || settings.offsets[2] != value as i16 {
            return f64::INFINITY;
        }
        c_reads()
    }
}

#[repr(C)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

#[unsafe(no_mangle)]
pub extern "C" fn blue_of(c: Rgb) -> u8 {
    c.blue
}

#[unsafe(no_mangle)]
pub extern "C" fn reversed(c: Rgb) -> Rgb {
    Rgb {
        red: c.blue,
        green: c.green,
        blue: c.red,
    }
}

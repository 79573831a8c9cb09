#[repr(C)]
pub struct Celsius {
    pub degrees: f32,
}

#[repr(C)]
pub struct Serial {
    pub number: i64,
}

#[repr(C)]
pub struct Tiny {
    pub byte: u8,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_celsius(c: Celsius) -> Celsius {
    c
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_serial(s: Serial) -> Serial {
    s
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_tiny(t: Tiny) -> Tiny {
    t
}

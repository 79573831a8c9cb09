#[repr(u8)]
pub enum Level {
    Low = 1,
    Middle = 100,
    High = 255,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_level(l: Level) -> Level {
    l
}

#[unsafe(no_mangle)]
pub extern "C" fn level_number(l: Level) -> i64 {
    l as i64
}

#[repr(C)]
pub struct Tailed {
    pub word: u64,
    pub flag: u8,
}

#[unsafe(no_mangle)]
pub extern "C" fn flag_of(t: Tailed) -> u8 {
    t.flag
}

#[unsafe(no_mangle)]
pub extern "C" fn make_tailed(word: u64, flag: u8) -> Tailed {
    Tailed { word, flag }
}

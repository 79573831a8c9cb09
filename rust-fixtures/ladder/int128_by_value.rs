//@ edition = "2021"
#[repr(C)]
pub struct Word {
    pub tag: u8,
    pub value: u128,
}

#[no_mangle]
pub extern "C" fn low_of(w: Word) -> u64 {
    w.value as u64
}

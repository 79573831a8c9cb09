//@ edition = "2021"
#[repr(C)]
pub struct Bytes {
    pub at: [u8; 4],
}

#[no_mangle]
pub extern "C" fn last_of(b: Bytes) -> u32 {
    u32::from(b.at[3])
}

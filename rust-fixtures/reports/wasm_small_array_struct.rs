//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Quad {
    pub bytes: [u8; 4],
}

extern "C" {
    fn sum_quad(quad: Quad) -> u32;
}

#[no_mangle]
pub extern "C" fn sum_of(byte: u8) -> u32 {
    unsafe { sum_quad(Quad { bytes: [byte; 4] }) }
}

//@ edition = "2021"
#[repr(C)]
pub struct Padded {
    pub a: u8,
    pub b: u32,
    pub c: u32,
}

#[no_mangle]
pub extern "C" fn sum_of(p: Padded) -> u32 {
    u32::from(p.a).wrapping_add(p.b).wrapping_add(p.c)
}

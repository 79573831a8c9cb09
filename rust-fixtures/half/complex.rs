//@ rust-features = ["f16"]
#[repr(C)]
pub struct Complex16 {
    pub re: f16,
    pub im: f16,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_c16(z: Complex16) -> Complex16 {
    z
}

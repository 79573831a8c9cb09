#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex8 {
    pub re: i8,
    pub im: i8,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex16 {
    pub re: i16,
    pub im: i16,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Complex32 {
    pub re: i32,
    pub im: i32,
}

#[repr(C)]
pub struct Cell {
    pub tag: u8,
    pub value: Complex16,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ci8(z: Complex8) -> Complex8 {
    z
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ci16(z: Complex16) -> Complex16 {
    z
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_ci32(z: Complex32) -> Complex32 {
    z
}

#[unsafe(no_mangle)]
pub extern "C" fn cell_value(c: Cell) -> Complex16 {
    c.value
}

#[unsafe(no_mangle)]
pub extern "C" fn seventh(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, z: Complex32, after: i32) -> Complex32 {
    if a ^ b ^ c ^ d ^ e ^ f == after {
        z
    } else {
        // `~` is the conjugate of a complex number in GNU C.
        Complex32 {
            re: z.re,
            im: z.im.wrapping_neg(),
        }
    }
}

// repr(C) would be linted: C before C23 promises enums of the width of int only.
#[repr(u64)]
pub enum Mask {
    None = 0,
    Low = 1,
    High = 0x1_0000_0000,
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_mask(m: Mask) -> Mask {
    m
}

#[unsafe(no_mangle)]
pub extern "C" fn mask_number(m: Mask) -> u64 {
    m as u64
}

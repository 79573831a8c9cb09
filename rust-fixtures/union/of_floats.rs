#[repr(C)]
pub union Lanes {
    pub narrow: [f32; 4],
    pub wide: [f64; 2],
}

#[unsafe(no_mangle)]
pub extern "C" fn narrow_three(l: Lanes) -> f32 {
    unsafe { l.narrow[3] }
}

#[unsafe(no_mangle)]
pub extern "C" fn wide_zero(l: Lanes) -> f64 {
    unsafe { l.wide[0] }
}

#[repr(C)]
pub struct Wide {
    first: u64,
    second: u64,
    third: u64,
}

#[unsafe(no_mangle)]
pub extern "system" fn system_mix(wide: Wide, add: u32) -> u64 {
    wide.first
        .wrapping_add(wide.second.wrapping_mul(3))
        .wrapping_add(wide.third.wrapping_mul(5))
        .wrapping_add(u64::from(add))
}

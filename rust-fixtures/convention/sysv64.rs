#[repr(C)]
pub struct Mixed {
    id: u64,
    value: f64,
}

#[unsafe(no_mangle)]
pub extern "sysv64" fn sysv_id(mixed: Mixed, add: u64) -> u64 {
    mixed.id.wrapping_add(add)
}

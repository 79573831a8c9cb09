#[repr(C)]
pub struct Tally {
    pub total: u64,
    pub limit: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn total_of(t: Tally) -> u64 {
    t.total
}

#[repr(C)]
pub struct Ticket {
    pub id: u32,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn id_of(t: *const Ticket) -> u32 {
    unsafe { (*t).id }
}

#[repr(C)]
pub struct Ticket {
    pub id: u32,
    pub row: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn id_of(t: Ticket) -> u32 {
    t.id
}

#[repr(C)]
pub struct Reading {
    pub value: u32,
    pub id: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn id_of(r: Reading) -> u32 {
    r.id
}

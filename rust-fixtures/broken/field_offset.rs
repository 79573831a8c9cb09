#[repr(C)]
pub struct Cell {
    pub kind: u8,
    pub moved: u8,
    pub value: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn value_of(c: Cell) -> u32 {
    c.value
}

#[repr(C)]
#[derive(Clone, Copy)]
pub enum Only {
    A,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Row {
    pub first: Only,
    pub second: Only,
    pub byte: u8,
    pub others: [Only; 10],
    pub number: f32,
    pub last: [Only; 2],
}

#[unsafe(no_mangle)]
pub extern "C" fn byte_of(row: Row) -> u8 {
    row.byte
}

#[unsafe(no_mangle)]
pub extern "C" fn number_of(row: Row) -> f32 {
    row.number
}

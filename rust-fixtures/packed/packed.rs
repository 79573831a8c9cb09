#[repr(C, packed)]
pub struct Header {
    pub kind: u8,
    pub length: u32,
    pub check: u16,
}

#[unsafe(no_mangle)]
pub extern "C" fn length_of(h: Header) -> u32 {
    h.length
}

#[unsafe(no_mangle)]
pub extern "C" fn make_header(kind: u8, length: u32, check: u16) -> Header {
    Header { kind, length, check }
}

use core::mem::MaybeUninit;

#[repr(C)]
pub struct Bytes {
    pub kind: u8,
    pub _pad: [u8; 3],
    pub length: u32,
}

#[repr(C)]
pub struct Integer {
    pub kind: u8,
    pub _reserved: u16,
    pub length: u32,
}

#[repr(C)]
pub struct Uninitialised {
    pub kind: u8,
    pub __bindgen_padding_0: [MaybeUninit<u8>; 3],
    pub length: u32,
}

#[repr(C)]
pub struct Record {
    pub kind: u16,
    pub length: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn as_bytes(packet: Bytes) -> u32 {
    packet.length
}

#[unsafe(no_mangle)]
pub extern "C" fn as_integer(_packet: *const Integer) -> u32 {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn uninitialised(_packet: *const Uninitialised) -> u32 {
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn left_out(record: Record) -> u32 {
    record.length
}

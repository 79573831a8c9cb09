#[repr(C)]
pub union Message {
    pub bytes: [u8; 12],
    pub word: u64,
    pub code: u16,
}

#[unsafe(no_mangle)]
pub extern "C" fn code_of(m: Message) -> u16 {
    unsafe { m.code }
}

#[unsafe(no_mangle)]
pub extern "C" fn byte_eleven(m: Message) -> u8 {
    unsafe { m.bytes[11] }
}

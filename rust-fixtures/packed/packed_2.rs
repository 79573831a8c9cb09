#[repr(C, packed(2))]
pub struct Entry {
    pub a: u8,
    pub b: u32,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn entry_c(e: Entry) -> u64 {
    e.c
}

#[unsafe(no_mangle)]
pub extern "C" fn make_entry(a: u8, b: u32, c: u64) -> Entry {
    Entry { a, b, c }
}

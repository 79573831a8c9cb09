#[repr(C, packed)]
pub struct Entry {
    key: u64,
    values: [u128; 0],
}

#[unsafe(no_mangle)]
pub extern "C" fn key_of(e: Entry) -> u64 {
    e.key
}

#[unsafe(no_mangle)]
pub extern "C" fn make_entry(key: u64) -> Entry {
    Entry { key, values: [] }
}

use core::ffi::{c_long, c_ulong};

#[repr(C)]
pub struct Entry {
    pub kind: u8,
    pub amount: c_long,
    pub limit: c_ulong,
}

#[unsafe(no_mangle)]
pub extern "C" fn amount_of(e: Entry) -> c_long {
    e.amount
}

#[unsafe(no_mangle)]
pub extern "C" fn make_entry(kind: u8, amount: c_long, limit: c_ulong) -> Entry {
    Entry { kind, amount, limit }
}

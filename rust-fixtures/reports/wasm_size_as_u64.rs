//@ edition = "2021"
//@ std = true
use std::os::raw::c_long;

extern "C" {
    fn write_bytes(bytes: *const u8, count: u64) -> c_long;
}

#[no_mangle]
pub extern "C" fn write_hello() -> c_long {
    unsafe { write_bytes(b"hello".as_ptr(), 5) }
}

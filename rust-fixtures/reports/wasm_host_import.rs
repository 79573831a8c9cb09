//@ edition = "2021"
//@ std = true
extern "C" {
    fn host_read(address: u32, length: u32) -> i32;
}

#[no_mangle]
pub extern "C" fn guest_reads(length: u32) -> i32 {
    unsafe { host_read(16, length) }
}

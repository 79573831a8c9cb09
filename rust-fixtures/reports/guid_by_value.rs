//@ edition = "2021"
//@ std = true
use std::os::raw::c_void;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Guid {
    pub a: u32,
    pub b: u16,
    pub c: u16,
    pub d: [u8; 8],
}

extern "C" {
    fn install_table(guid: Guid, table: *const c_void) -> i32;
}

fn main() {
    let guid = Guid { a: 0x11223344, b: 2, c: 0, d: [1; 8] };
    let table = 5u32;
    let at: *const u32 = &table;
    println!("{:x}", unsafe { install_table(guid, at as *const c_void) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

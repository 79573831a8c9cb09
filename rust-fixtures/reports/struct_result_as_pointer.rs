//@ edition = "2021"
//@ std = true
#[repr(C)]
pub struct StringView {
    pub data: *const u8,
    pub length: u64,
    pub flags: u64,
}

extern "C" {
    fn view_at(index: u64) -> *const StringView;
}

fn main() {
    let view = unsafe { view_at(456) };
    println!("{}", unsafe { (*view).length });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

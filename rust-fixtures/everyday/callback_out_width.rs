#[repr(C)]
pub struct Table {
    pub store: Option<unsafe extern "C" fn(out: *mut i64)>,
}

unsafe extern "C" {
    pub static mut hook: Option<unsafe extern "C" fn(out: *mut i64)>;
    pub fn on_value(callback: Option<unsafe extern "C" fn(out: *mut i64)>);
    pub fn install(table: *const Table);
}

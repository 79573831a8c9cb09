#[repr(C)]
pub struct Record {
    pub kind: u8,
    pub flags: u16,
    pub count: u32,
    pub time: i64,
    pub level: f64,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn advance(r: *mut Record) {
    let r = unsafe { &mut *r };
    r.count = r.count.wrapping_add(1);
    r.time = r.time.wrapping_add(60);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn count_of(r: *const Record) -> u32 {
    unsafe { (*r).count }
}

//@ edition = "2021"
#[repr(C)]
pub union Alias {
    pub first: u32,
    pub second: u32,
}

#[no_mangle]
pub extern "C" fn first_name(a: Alias) -> u32 {
    unsafe { a.first }
}

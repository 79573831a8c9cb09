//@ edition = "2021"
//@ std = true
#[repr(C)]
pub struct Entry {
    pub key: u32,
    pub value: u128,
}

extern "C" {
    fn low_value(entry: *const Entry) -> u64;
}

#[no_mangle]
pub extern "C" fn low_of_entry(value: u32) -> u64 {
    let both = [Entry { key: 1, value: value as u128 }, Entry { key: 2, value: 0 }];
    unsafe { low_value(&both[0]) }
}

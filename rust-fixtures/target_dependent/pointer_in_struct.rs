#[repr(C)]
pub struct Item {
    pub data: *const u16,
    pub index: u8,
    pub base: u32,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_item(i: Item) -> u32 {
    match i.data.is_null() {
        true => i.base,
        false => unsafe { (*i.data.add(i.index as usize) as u32).wrapping_add(i.base) },
    }
}

//@ edition = "2021"
//@ std = true
extern "C" {
    fn visit(visitor: extern "C" fn(u32, u32) -> u32, value: u32) -> u32;
}

extern "C" fn next(value: u32, _context: u32) -> u32 {
    value.wrapping_add(1)
}

#[no_mangle]
pub extern "C" fn visit_with_next(value: u32) -> u32 {
    unsafe { visit(next, value) }
}

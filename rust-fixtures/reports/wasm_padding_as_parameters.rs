//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Request {
    pub kind: u8,
    pub start: u32,
    pub length: u32,
}

#[no_mangle]
pub extern "C" fn end_of(request: Request) -> u32 {
    request.start.wrapping_add(request.length)
}

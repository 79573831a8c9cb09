//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tag {}

extern "C" {
    fn after_tag(count: i32, ...) -> i32;
}

#[no_mangle]
pub extern "C" fn rust_after_tag() -> i32 {
    let value = unsafe { after_tag(5, 1, 2, 3, 4, 5, Tag {}, 7, 8) };
    if value != 7 {
        std::process::abort();
    }
    value
}

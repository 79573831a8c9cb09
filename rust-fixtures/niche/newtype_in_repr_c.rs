#[repr(C)]
pub struct Id(pub u32);

#[repr(C)]
pub struct Length(pub f64);

#[repr(C)]
pub struct Handle(pub *const u8);

#[unsafe(no_mangle)]
pub extern "C" fn identity_id(id: Id) -> Id {
    id
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_length(length: Length) -> Length {
    length
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_handle(handle: Handle) -> Handle {
    handle
}

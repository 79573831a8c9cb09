#[repr(C)]
pub struct Buffer {
    pub data: *mut u32,
    pub length: usize,
}

#[unsafe(no_mangle)]
pub extern "C" fn fill(_data: *mut u32, _length: usize) {}

#[unsafe(no_mangle)]
pub extern "C" fn print(_text: *const u8) {}

#[unsafe(no_mangle)]
pub extern "C" fn anything(_data: *mut u64) {}

#[unsafe(no_mangle)]
pub extern "C" fn take(_buffer: *const Buffer) {}

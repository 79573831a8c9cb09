#[repr(C, packed)]
pub struct Reply {
    status: u8,
    count: u32,
    sum: u64,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn summarise_packed(buf: *const u8, len: usize) -> Reply {
    let mut sum = 0u64;
    for i in 0..len {
        sum += u64::from(unsafe { *buf.add(i) });
    }
    Reply {
        status: u8::from(len == 0),
        count: len as u32,
        sum,
    }
}

#[repr(C)]
pub struct Outcome {
    status: i32,
    count: u32,
    sum: u64,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn summarise(buf: *const u8, len: usize) -> Outcome {
    let mut outcome = Outcome {
        status: 0,
        count: 0,
        sum: 0,
    };
    if buf.is_null() && len > 0 {
        outcome.status = -22;
        return outcome;
    }
    for i in 0..len {
        outcome.sum += u64::from(unsafe { *buf.add(i) });
    }
    outcome.count = len as u32;
    outcome
}

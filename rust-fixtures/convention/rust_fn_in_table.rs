#[repr(C)]
pub struct Sample {
    before: f32,
    value: i32,
    after: f32,
}

#[repr(C)]
pub struct Table {
    // Only the missing extern "C" is wrong here.
    read: Option<fn(Sample) -> i32>,
}

unsafe extern "C" {
    fn drive(table: *const Table, value: i32) -> i32;
}

fn read(sample: Sample) -> i32 {
    sample.value
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_drive(value: i32) -> i32 {
    let table = Table { read: Some(read) };
    unsafe { drive(&table, value) }
}

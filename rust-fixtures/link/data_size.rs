unsafe extern "C" {
    static table: [i32; 4];
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_second() -> i32 {
    unsafe { (&raw const table).cast::<i32>().add(1).read() }
}

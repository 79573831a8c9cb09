//@ flags = ["-Cdebug-assertions=off"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_through(pointer: *const i32) -> i32 {
    // Debug assertions are off: they would turn the fault into a panic and hide that C and Rust do the same.
    unsafe { pointer.read_volatile() }
}

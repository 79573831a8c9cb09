unsafe extern "C" {
    #[link_name = "library_version_2"]
    fn version() -> i32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_version() -> i32 {
    unsafe { version() }
}

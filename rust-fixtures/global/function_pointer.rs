unsafe extern "C" {
    static mut hook: Option<extern "C" fn(u32) -> u32>;
    fn run_hook(value: u32) -> u32;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_square(value: u32) -> u32 {
    value.wrapping_mul(value)
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_hooks(value: u32) -> u32 {
    unsafe {
        hook = Some(rust_square);
        let set = run_hook(value);
        hook = None;
        set.wrapping_add(run_hook(value))
    }
}

//@ edition = "2021"
//@ std = true
extern "C" {
    fn secret_after() -> u32;
}

#[no_mangle]
pub extern "C" fn secret_survives() -> u32 {
    unsafe { secret_after() }
}

//@ edition = "2021"
//@ std = true
extern "C" {
    fn halved(value: f32) -> f64;
}

#[no_mangle]
pub extern "C" fn half_of(value: f32) -> f64 {
    unsafe { halved(value) }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Mixed {
    first: f32,
    second: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union Number {
    mixed: Mixed,
    whole: f64,
}

#[unsafe(no_mangle)]
pub extern "C" fn second_member(value: Number) -> f64 {
    unsafe { value.whole }
}

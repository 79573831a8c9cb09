#[repr(u64)]
#[derive(Clone, Copy)]
pub enum Number {
    Narrow(f32),
    Wide(f64),
}

#[unsafe(no_mangle)]
pub extern "C" fn take(number: Number) -> f64 {
    match number {
        Number::Narrow(value) => value.into(),
        Number::Wide(value) => value,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn make(value: f64) -> Number {
    Number::Wide(value)
}

#[repr(u8)]
#[derive(Clone, Copy)]
pub enum Light {
    Red,
    Green,
    Amber,
}

unsafe extern "C" {
    fn next_light(light: Light) -> Light;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_turns(times: u8) -> u8 {
    let mut light = Light::Red;
    for _ in 0..times {
        light = unsafe { next_light(light) };
    }
    match light {
        Light::Red => 0,
        Light::Green => 1,
        Light::Amber => 2,
    }
}

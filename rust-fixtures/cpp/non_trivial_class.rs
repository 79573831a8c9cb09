#[repr(C)]
#[derive(Clone, Copy)]
pub struct Guard {
    value: i32,
}

unsafe extern "C" {
    fn total(guard: Guard) -> i32;
}

#[repr(C)]
pub struct Counter {
    pub value: usize,
}

unsafe extern "C" {
    pub fn load(counter: Counter) -> usize;
}

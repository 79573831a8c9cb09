//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Pair {
    pub a: i32,
    pub b: i32,
}

extern "C" {
    fn make_pair(a: i32) -> Pair;
    fn read_pair(pair: Pair) -> i32;
}

#[no_mangle]
pub extern "C" fn go() -> i32 {
    unsafe { read_pair(make_pair(4)) }
}

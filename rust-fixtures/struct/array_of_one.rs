#[repr(C)]
pub struct One {
    pub a: [i32; 1],
}

#[repr(C)]
pub struct Two {
    pub a: [i32; 2],
}

#[unsafe(no_mangle)]
pub extern "C" fn only_of(s: One) -> i32 {
    s.a[0]
}

#[unsafe(no_mangle)]
pub extern "C" fn second_of(s: Two) -> i32 {
    s.a[1]
}

#[unsafe(no_mangle)]
pub extern "C" fn make_one(a: i32) -> One {
    One { a: [a] }
}

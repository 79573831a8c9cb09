#[repr(C)]
pub struct Words1 {
    pub a: u64,
}

#[repr(C)]
pub struct Words2 {
    pub a: u64,
    pub b: u64,
}

#[repr(C)]
pub struct Words3 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_words1(a: u64) -> Words1 {
    Words1 { a }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_words2(a: u64, b: u64) -> Words2 {
    Words2 { a, b }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_words3(a: u64, b: u64, c: u64) -> Words3 {
    Words3 { a, b, c }
}

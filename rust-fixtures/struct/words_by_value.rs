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

#[repr(C)]
pub struct Words4 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
}

#[repr(C)]
pub struct Words5 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
    pub e: u64,
}

#[repr(C)]
pub struct Words6 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
    pub e: u64,
    pub f: u64,
}

#[repr(C)]
pub struct Words7 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
    pub e: u64,
    pub f: u64,
    pub g: u64,
}

#[repr(C)]
pub struct Words8 {
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub d: u64,
    pub e: u64,
    pub f: u64,
    pub g: u64,
    pub h: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words1(s: Words1, after: u64) -> u64 {
    s.a.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words2(s: Words2, after: u64) -> u64 {
    s.b.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words3(s: Words3, after: u64) -> u64 {
    s.c.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words4(s: Words4, after: u64) -> u64 {
    s.d.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words5(s: Words5, after: u64) -> u64 {
    s.e.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words6(s: Words6, after: u64) -> u64 {
    s.f.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words7(s: Words7, after: u64) -> u64 {
    s.g.wrapping_sub(after)
}

#[unsafe(no_mangle)]
pub extern "C" fn take_words8(s: Words8, after: u64) -> u64 {
    s.h.wrapping_sub(after)
}

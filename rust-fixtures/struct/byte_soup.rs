#[repr(C)]
pub struct Soup {
    pub a: u8,
    pub b: u8,
    pub c: u8,
    pub d: u8,
    pub e: u8,
    pub f: u8,
    pub g: u8,
    pub h: u8,
    pub i: u8,
    pub j: u8,
    pub k: u8,
}

#[unsafe(no_mangle)]
pub extern "C" fn soup_h(s: Soup) -> u8 {
    s.h
}

#[unsafe(no_mangle)]
pub extern "C" fn soup_k(s: Soup) -> u8 {
    s.k
}

#[unsafe(no_mangle)]
pub extern "C" fn stir(s: Soup) -> Soup {
    Soup {
        a: s.k,
        b: s.j,
        c: s.i,
        d: s.h,
        e: s.g,
        f: s.f,
        g: s.e,
        h: s.d,
        i: s.c,
        j: s.b,
        k: s.a,
    }
}

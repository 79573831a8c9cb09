#[repr(C)]
pub struct Inner {
    pub a: u32,
    pub b: u8,
}

// The field d does not move into the padding of Inner, as it could in C++.
#[repr(C)]
pub struct Outer {
    pub inner: Inner,
    pub c: f32,
    pub d: u8,
}

#[unsafe(no_mangle)]
pub extern "C" fn outer_c(o: Outer) -> f32 {
    o.c
}

#[unsafe(no_mangle)]
pub extern "C" fn inner_of(o: Outer) -> Inner {
    o.inner
}

#[unsafe(no_mangle)]
pub extern "C" fn wrap(inner: Inner, c: f32, d: u8) -> Outer {
    Outer { inner, c, d }
}

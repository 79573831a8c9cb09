//@ rust-features = ["f16"]
#[repr(C, align(8))]
pub struct Weight(pub f32);

#[repr(C)]
pub struct Span {
    pub from: f16,
    pub to: f16,
    pub weight: Weight,
}

#[unsafe(no_mangle)]
pub extern "C" fn from_of(s: Span) -> f16 {
    s.from
}

#[unsafe(no_mangle)]
pub extern "C" fn make_span(from: f16, to: f16, weight: f32) -> Span {
    Span {
        from,
        to,
        weight: Weight(weight),
    }
}

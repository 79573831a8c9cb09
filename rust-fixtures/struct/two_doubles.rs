#[repr(C)]
pub struct Span {
    pub low: f64,
    pub high: f64,
}

#[unsafe(no_mangle)]
pub extern "C" fn span_high(s: Span) -> f64 {
    s.high
}

#[unsafe(no_mangle)]
pub extern "C" fn turned(s: Span) -> Span {
    Span {
        low: s.high,
        high: s.low,
    }
}

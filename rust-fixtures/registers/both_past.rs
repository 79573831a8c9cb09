#[unsafe(no_mangle)]
pub extern "C" fn last_int(
    _fa: f64,
    a: u64,
    _fb: f64,
    b: u64,
    _fc: f64,
    c: u64,
    _fd: f64,
    d: u64,
    _fe: f64,
    e: u64,
    _ff: f64,
    f: u64,
    _fg: f64,
    g: u64,
    _fh: f64,
    h: u64,
    _fi: f64,
    i: u64,
) -> u64 {
    a ^ b ^ c ^ d ^ e ^ f ^ g.wrapping_mul(3) ^ h.wrapping_mul(5) ^ i.wrapping_mul(7)
}

#[unsafe(no_mangle)]
pub extern "C" fn last_float(
    _fa: f64,
    _a: u64,
    _fb: f64,
    _b: u64,
    _fc: f64,
    _c: u64,
    _fd: f64,
    _d: u64,
    _fe: f64,
    _e: u64,
    _ff: f64,
    _f: u64,
    _fg: f64,
    _g: u64,
    _fh: f64,
    _h: u64,
    fi: f64,
    _i: u64,
) -> f64 {
    fi
}

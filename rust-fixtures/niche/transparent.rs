#[repr(C)]
pub struct Pair {
    pub a: u32,
    pub b: u32,
}

#[repr(transparent)]
pub struct Id(i32);

#[repr(transparent)]
pub struct Metres(f64);

#[repr(transparent)]
pub struct PairBox(Pair);

#[unsafe(no_mangle)]
pub extern "C" fn next_id(id: Id) -> Id {
    Id(id.0.wrapping_add(1))
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_metres(metres: Metres) -> Metres {
    metres
}

#[unsafe(no_mangle)]
pub extern "C" fn identity_pair(p: PairBox) -> PairBox {
    p
}

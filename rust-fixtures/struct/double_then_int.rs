#[repr(C)]
pub struct Weighted {
    pub weight: f64,
    pub id: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_weighted(id: i32, weight: f64) -> Weighted {
    Weighted { weight, id }
}

#[unsafe(no_mangle)]
pub extern "C" fn weighted_id(w: Weighted) -> i32 {
    w.id
}

#[repr(C)]
pub struct Pair {
    low: u32,
    high: f32,
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn keep_pair(pair: Pair, _ignored: i8) -> Pair {
    pair
}

#[repr(C)]
pub struct Wide {
    pub value: u128,
}

#[repr(C)]
pub union Either {
    pub wide: u128,
    pub narrow: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn after_0(w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_1(a: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_2(a: u64, b: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_3(a: u64, b: u64, c: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ c ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_4(a: u64, b: u64, c: u64, d: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ c ^ d ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_5(a: u64, b: u64, c: u64, d: u64, e: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ c ^ d ^ e ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_6(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ c ^ d ^ e ^ f ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn after_7(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, w: Wide, v: Either, z: u64) -> u64 {
    w.value as u64 ^ unsafe { v.narrow } ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ z
}

#[unsafe(no_mangle)]
pub extern "C" fn make_wide(low: u64, high: u64) -> Wide {
    Wide {
        value: u128::from(high) << 64 | u128::from(low),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_either(low: u64) -> Either {
    Either { wide: u128::from(low) }
}

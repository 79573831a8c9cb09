#[repr(C)]
pub struct Range {
    from: i64,
    to: i64,
}

#[unsafe(no_mangle)]
pub extern "C" fn end_of(a: i64, b: i64, c: i64, d: i64, flag: i8, r: Range) -> i64 {
    let sum = a.wrapping_add(b).wrapping_add(c).wrapping_add(d);
    if sum.wrapping_add(i64::from(flag)) == 0 {
        0
    } else {
        r.to
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn as_int(value: i16) -> i32 {
    i32::from(value)
}

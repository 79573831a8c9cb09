#[repr(C)]
pub struct Slice {
    pub data: *const i32,
    pub length: usize,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sum_slice(s: Slice) -> i32 {
    let mut sum = 0i32;
    for i in 0..s.length {
        sum = sum.wrapping_add(unsafe { *s.data.add(i) });
    }
    sum
}

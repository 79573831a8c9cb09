#[unsafe(no_mangle)]
pub unsafe extern "C" fn running_sum(values: *mut i64, count: usize) -> i64 {
    let mut sum = 0i64;
    for i in 0..count {
        let value = unsafe { &mut *values.add(i) };
        sum = sum.wrapping_add(*value);
        *value = sum;
    }
    sum
}

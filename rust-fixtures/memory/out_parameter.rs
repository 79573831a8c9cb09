#[unsafe(no_mangle)]
pub unsafe extern "C" fn divide(
    dividend: u32,
    divisor: u32,
    quotient: *mut u32,
    remainder: *mut u32,
) -> bool {
    let (Some(q), Some(r)) = (dividend.checked_div(divisor), dividend.checked_rem(divisor)) else {
        return false;
    };
    unsafe {
        *quotient = q;
        *remainder = r;
    }
    true
}

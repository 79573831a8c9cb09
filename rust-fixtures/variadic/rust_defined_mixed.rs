//@ rust-features = ["c_variadic"]
use core::ffi::{c_double, c_int, c_longlong};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_weigh_triples(triples: c_int, mut args: ...) -> c_double {
    let mut sum = 0.0;
    for _ in 0..triples {
        let weight = unsafe { args.arg::<c_longlong>() };
        let value = unsafe { args.arg::<c_double>() };
        let offset = unsafe { *args.arg::<*const c_int>() };
        sum += weight as c_double * value + c_double::from(offset);
    }
    sum
}

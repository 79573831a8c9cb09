#[repr(C)]
pub struct Reading {
    id: i64,
    value: f64,
}

#[repr(C)]
pub struct Summary {
    count: i64,
    mean: f64,
    last: i32,
}

unsafe extern "C" {
    fn measure(
        read: Option<extern "C" fn(i32) -> Reading>,
        summarise: Option<extern "C" fn(i32) -> Summary>,
        n: i32,
    ) -> f64;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_read(n: i32) -> Reading {
    Reading {
        id: i64::from(n) * 2,
        value: 0.25,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_summarise(n: i32) -> Summary {
    Summary {
        count: i64::from(n),
        mean: 1.25,
        last: n.wrapping_mul(4) - 2,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_measure(n: i32) -> f64 {
    unsafe { measure(Some(rust_read), Some(rust_summarise), n) }
}

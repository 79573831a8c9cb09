use core::ffi::{c_double, c_longlong, c_ulonglong};

unsafe extern "C" {
    fn after_named(
        a: c_longlong,
        b: c_longlong,
        c: c_longlong,
        d: c_longlong,
        e: c_longlong,
        f: c_longlong,
        g: c_double,
        h: c_double,
        i: c_double,
        j: c_double,
        k: c_double,
        l: c_double,
        m: c_double,
        n: c_double,
        ...
    ) -> c_double;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_after_named(extra: c_longlong) -> c_double {
    let half: c_double = 0.5;
    unsafe {
        after_named(
            1,
            2,
            3,
            4,
            5,
            6,
            half,
            half,
            half,
            half,
            half,
            half,
            half,
            half,
            extra,
            half,
            3 as c_ulonglong,
        )
    }
}

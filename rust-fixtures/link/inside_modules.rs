mod bindings {
    use core::ffi::c_int as int;
    const COUNT: usize = 1;

    mod types {
        type Number = f64;

        #[repr(C)]
        struct Pair {
            a: super::int,
            b: [Number; super::COUNT],
        }

        unsafe extern "C" {
            fn first(p: Pair) -> super::int;
        }
    }
}

mod exports {
    #[unsafe(no_mangle)]
    pub extern "C" fn doubled(value: i32) -> i32 {
        value * 2
    }
}

pub fn uses_third(value: i64) -> i64 {
    unsafe extern "C" {
        fn third(value: i64) -> i64;
    }
    unsafe { third(value) }
}

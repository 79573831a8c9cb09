#[repr(C)]
pub struct Tag {}

#[repr(C)]
pub struct Tagged {
    tag: Tag,
    low: i32,
    high: i32,
}

unsafe extern "C" {
    fn total(tagged: *const Tagged) -> i64;
}

#[unsafe(no_mangle)]
pub extern "C" fn rust_total(low: i32, high: i32) -> i64 {
    // One element more than is used, so that the far side reads defined memory whatever it takes for the layout.
    let tagged = [
        Tagged {
            tag: Tag {},
            low,
            high,
        },
        Tagged {
            tag: Tag {},
            low: 1000,
            high: 1000,
        },
    ];
    unsafe { total(&tagged[0]) }
}

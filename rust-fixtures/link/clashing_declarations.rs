mod one {
    unsafe extern "C" {
        pub fn scale(value: i32) -> i32;
        pub fn half(value: i32) -> i32;
        pub static total: i64;
    }
}

mod other {
    unsafe extern "C" {
        pub fn scale(value: f32) -> i32;
        pub fn half(number: i32) -> i32;
        pub static total: i32;
    }
}

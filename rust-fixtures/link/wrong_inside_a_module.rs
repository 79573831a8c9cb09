pub mod sys {
    unsafe extern "C" {
        pub fn length_of(value: f32) -> i32;
    }
}

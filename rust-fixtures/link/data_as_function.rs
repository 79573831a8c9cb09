unsafe extern "C" {
    fn answer() -> i32;
    fn c_answer() -> i32;
}

unsafe extern "C" {
    fn clobber(value: i32) -> i32;
}

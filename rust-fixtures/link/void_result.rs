unsafe extern "C" {
    fn store(value: i32);
}

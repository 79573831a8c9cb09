unsafe extern "C" {
    fn half(size: u64) -> u64;
}

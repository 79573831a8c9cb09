unsafe extern "C" {
    fn combine(low: u32) -> u32;
}

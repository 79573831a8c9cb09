unsafe extern "C" {
    fn firmware_mix(a: u64, b: u64, c: f64) -> u64;
}

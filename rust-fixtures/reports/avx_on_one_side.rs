//@ edition = "2021"
//@ std = true
//@ flags = ["-Ctarget-feature=+avx"]
use std::arch::x86_64::__m256;

#[no_mangle]
pub extern "C" fn last_lane(scale: f32, v: __m256) -> f32 {
    let lanes: [f32; 8] = unsafe { std::mem::transmute(v) };
    scale * lanes[7]
}

extern "C" {
    fn last_of_eight(value: f32) -> f32;
}

fn main() {
    println!("{}", unsafe { last_of_eight(54.0) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

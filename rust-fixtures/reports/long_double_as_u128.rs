//@ edition = "2021"
//@ std = true
extern "C" {
    fn widened(value: f32) -> u128;
    fn narrowed(value: u128) -> f32;
}

fn main() {
    let back = unsafe { narrowed(widened(1.5)) };
    println!("{}", back);
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

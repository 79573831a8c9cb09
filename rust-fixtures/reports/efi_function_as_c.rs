//@ edition = "2021"
//@ std = true
extern "C" {
    fn efi_sum(a: u64, b: u64, c: f64) -> u64;
}

fn main() {
    println!("{}", unsafe { efi_sum(4, 5, 6.0) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
extern "C" {
    fn high_of_sixth(a: i64, b: i64, c: i64, d: i64, e: i64, v: u128) -> u64;
}

fn main() {
    let v = 0x1111_2222_3333_4444_5555_6666_7777_8888;
    println!("{:x}", unsafe { high_of_sixth(1, 2, 3, 4, 5, v) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
#[repr(C)]
pub struct Wide {
    pub tag: u8,
    pub value: u128,
}

extern "C" {
    fn low_half(wide: *const Wide) -> u64;
}

fn main() {
    let both = [Wide { tag: 1, value: 7 }, Wide { tag: 2, value: 8 }];
    println!("{}", unsafe { low_half(&both[0]) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

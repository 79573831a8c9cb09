//@ edition = "2021"
//@ std = true
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct Date {
    pub bits: u32,
}

extern "C" {
    fn year_of(dates: *const Date, index: u32) -> u32;
}

fn main() {
    let date = Date { bits: 1 | 2 << 5 | 2024 << 9 };
    let dates = [date; 4];
    println!("{}", unsafe { year_of(dates.as_ptr(), 1) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
#[repr(C, packed(8))]
pub struct Event {
    pub words: [u32; 5],
    pub e: u64,
}

extern "C" {
    fn event_e(event: *const Event) -> u64;
}

fn main() {
    let event = Event { words: [1; 5], e: 5 };
    println!("{:#x}", unsafe { event_e(&event) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

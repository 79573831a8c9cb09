//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub enum Kind {
    Key,
    Pointer,
    Touch,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Event {
    pub kind: Kind,
    pub sequence: u8,
    pub tail: u16,
    pub key: u32,
}

extern "C" {
    fn key_of(event: *const Event) -> u32;
}

fn main() {
    let event = Event { kind: Kind::Touch, sequence: 1, tail: 0, key: 77 };
    println!("{}", unsafe { key_of(&event) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
#[repr(C)]
pub struct Payload {
    pub words: [u64; 16],
}

#[repr(C)]
pub struct Operations {
    pub sum: fn(Payload) -> u64,
}

fn sum(payload: Payload) -> u64 {
    payload.words.iter().sum()
}

extern "C" {
    fn run(first: u64, operations: *const Operations) -> u64;
}

fn main() {
    let operations = Operations { sum };
    println!("{}", unsafe { run(1, &operations) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub enum State {
    Idle,
    Busy,
    Done,
}

extern "C" {
    fn get_state(step: i32) -> State;
}

fn main() {
    let name = match unsafe { get_state(3) } {
        State::Idle => "idle",
        State::Busy => "busy",
        State::Done => "done",
    };
    println!("{}", name);
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

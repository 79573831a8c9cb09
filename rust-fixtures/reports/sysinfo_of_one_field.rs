//@ edition = "2021"
//@ std = true
use std::os::raw::{c_int, c_long};

#[repr(C)]
pub struct SystemInformation {
    pub uptime: c_long,
}

extern "C" {
    fn system_information(info: *mut SystemInformation) -> c_int;
}

fn main() {
    let mut room: Vec<SystemInformation> = (0..16).map(|_| SystemInformation { uptime: -1 }).collect();
    unsafe { system_information(room.as_mut_ptr()) };
    println!("{} {}", room[0].uptime, room[1].uptime);
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

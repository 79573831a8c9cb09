//@ edition = "2021"
//@ std = true
use std::os::raw::{c_int, c_ulong, c_void};

#[repr(C)]
pub struct Stack {
    pub ss_sp: *mut c_void,
    pub ss_flags: c_int,
    pub ss_size: usize,
}

#[repr(C)]
pub struct Machine {
    pub gregs: [i64; 23],
    pub fpregs: *mut c_void,
    pub reserved: [u64; 8],
}

#[repr(C)]
pub struct Context {
    pub uc_flags: c_ulong,
    pub uc_link: *mut Context,
    pub uc_stack: Stack,
    pub uc_mcontext: Machine,
    pub uc_sigmask: [u64; 16],
    pub fpregs_mem: [u64; 64],
}

extern "C" {
    fn remember(context: *mut Context) -> c_int;
}

fn main() {
    println!("{} {}", std::mem::size_of::<Context>(), unsafe { remember(std::ptr::null_mut()) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

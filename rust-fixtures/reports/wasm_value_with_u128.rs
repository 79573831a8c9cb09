//@ edition = "2021"
//@ std = true
#[repr(C)]
#[derive(Clone, Copy)]
pub union Of {
    pub i32: i32,
    pub i64: i64,
    pub u128: u128,
    pub f32: f32,
    pub f64: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct WasmVal {
    pub kind: u8,
    pub of: Of,
}

extern "C" {
    fn second_value(values: *const WasmVal) -> i64;
}

fn main() {
    let values = [WasmVal { kind: 0, of: Of { u128: 7 } }, WasmVal { kind: 0, of: Of { u128: 8 } }];
    println!("{}", unsafe { second_value(values.as_ptr()) });
}
#[no_mangle] pub extern "C" fn twincall_report_main() { let _ = main(); }

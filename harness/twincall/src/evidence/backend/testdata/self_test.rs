// What the start-up self-test compiles with rustc: self_test.c without what stable Rust cannot write.
#![no_std]

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Mixed { a: i64, b: f64 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Three { a: i64, b: i64, c: i64 }

#[unsafe(no_mangle)]
pub static mut sink: f64 = 0.0;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn t_integers(a: i8, b: u16, c: i32, d: i64, e: i32, f: i32, g: i32, h: i64) -> i32 {
    unsafe { sink = (a as i64 ^ b as i64 ^ c as i64 ^ d ^ e as i64 ^ f as i64 ^ g as i64 ^ h) as f64 };
    0
}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn t_floating(a: f32, b: f64) -> f64 {
    unsafe { sink = b };
    a as f64
}
#[unsafe(no_mangle)]
pub extern "C" fn t_mixed(a: Mixed) -> Mixed { a }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn t_three(a: Three, b: i32) -> Three {
    unsafe { sink = b as f64 };
    a
}

unsafe extern "C" {
    fn x_integers(a: i8, b: u16, c: i32, d: i64, e: i32, f: i32, g: i32, h: i64) -> i32;
    fn x_floating(a: f32, b: f64) -> f64;
    fn x_mixed(a: Mixed) -> Mixed;
    fn x_three(a: Three, b: i32) -> Three;
    fn x_variadic(a: i64, ...) -> i32;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn u_integers(a: *const i8, b: *const u16) -> i32 {
    unsafe { 1 ^ x_integers(*a, *b, 3, 4, 5, 6, 7, 8) }
}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn u_floating(a: f32, b: f64) -> f64 { unsafe { 1.0 + x_floating(a, b) } }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn u_mixed(a: *const Mixed) -> i64 { unsafe { 1 ^ x_mixed(*a).a } }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn u_three(a: *const Three) -> i64 { unsafe { 1 ^ x_three(*a, 2).a } }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn u_variadic(a: f64) -> i32 { unsafe { 1 ^ x_variadic(1, a, a, 4i32) } }

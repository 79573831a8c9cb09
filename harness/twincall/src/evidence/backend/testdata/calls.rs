// The Rust twin of calls.c, without what Rust has no type for.
#![no_std]
#![feature(c_variadic, simd_ffi)]
#![allow(internal_features, improper_ctypes, improper_ctypes_definitions, clippy::missing_safety_doc)]
use core::arch::x86_64::{__m128, __m256};
use core::ffi::{c_char, c_void};

#[derive(Clone, Copy)]
#[repr(C)]
pub struct One { a: i32 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Two { a: i64, b: i64 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Three { a: i64, b: i64, c: i64 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Mixed { a: i64, b: f64 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Floats { a: f32, b: f32, c: f32 }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Doubles { a: f64, b: f64 }
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub struct Over { a: i64, b: [i64; 5] }
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Large { bytes: [c_char; 200] }

#[unsafe(no_mangle)]
pub static mut sink: i64 = 0;
#[unsafe(no_mangle)]
pub static mut float_sink: f64 = 0.0;

macro_rules! callees {
    ($($name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)? $body:block)*) => { $(
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $ty),*) $(-> $result)? { unsafe { $body } }
    )* };
}

callees! {
    f_none() {}
    f_narrow(a: i8, b: u8, c: i16, d: u16, e: bool) -> i32 { sink = (a as i64) ^ (b as i64) ^ (c as i64) ^ (d as i64) ^ (e as i64); 0 }
    f_wide(a: i32, b: u32, c: i64, d: *mut c_void) -> i64 { sink = (a as i64) ^ (b as i64) ^ c; d as i64 }
    f_char(a: i8) -> i8 { a }
    f_bool(a: bool) -> bool { a }
    f_short(a: i16) -> i16 { a }
    f_ints(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i16, i: i8, j: i64) -> i32 { sink = (a ^ b ^ c ^ d ^ e ^ f) as i64; g ^ h as i32 ^ i as i32 ^ j as i32 }
    f_floats(a: f32, b: f64) -> f32 { float_sink = b; a }
    f_doubles(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f32) -> f64 { float_sink = a + b + c + d + e + f + g + h; i + j as f64 }
    f_one(a: One) -> One { a }
    f_two(a: Two, b: i32) -> Two { sink = b as i64; a }
    f_three(a: Three, b: i32) -> Three { sink = b as i64; a }
    f_mixed(a: Mixed, b: f64) -> Mixed { float_sink = b; a }
    f_three_floats(a: Floats) -> Floats { a }
    f_two_doubles(a: Doubles) -> Doubles { a }
    f_fallen(a: i32, b: i32, c: i32, d: i32, e: i32, f: Two, g: i32) -> i64 { sink = (a ^ b ^ c ^ d ^ e) as i64 ^ f.a; f.b ^ g as i64 }
    f_over(a: i32, b: Over, c: i32) -> i64 { sink = (a ^ c) as i64; b.a }
    f_i128(a: i128) -> i128 { a }
    f_i128_sixth(a: i32, b: i32, c: i32, d: i32, e: i32, f: i128, g: i32) -> i64 { sink = (a ^ b ^ c ^ d ^ e ^ g) as i64; f as i64 }
    f_m128(a: __m128, b: i32) -> __m128 { sink = b as i64; a }
}

#[unsafe(no_mangle)]
#[target_feature(enable = "avx")]
pub unsafe extern "C" fn f_m256(a: __m256, b: i32) -> __m256 {
    unsafe { sink = b as i64 };
    a
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn f_variadic(a: i32, b: f64, mut rest: ...) -> i32 {
    unsafe {
        sink = a as i64;
        float_sink = b;
        NEXT_ARG
    }
}

unsafe extern "C" {
    fn x_none();
    fn x_narrow(a: i8, b: u8, c: i16, d: u16, e: bool) -> i32;
    fn x_char(a: i8) -> i8;
    fn x_bool(a: i32) -> bool;
    fn x_ints(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i16, i: i8, j: i64) -> i32;
    fn x_doubles(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f32) -> f64;
    fn x_float(a: f32) -> f32;
    fn x_two(a: Two, b: i32) -> Two;
    fn x_three(a: Three, b: i32) -> Three;
    fn x_mixed(a: Mixed, b: f64) -> Mixed;
    fn x_three_floats(a: Floats) -> Floats;
    fn x_over(a: i32, b: Over, c: i32) -> i64;
    fn x_large(a: i32, b: Large, c: i32) -> i64;
    fn x_i128(a: i32, b: i32, c: i32, d: i32, e: i32, f: i128, g: i32) -> i128;
    fn x_m128(a: __m128, b: i32) -> __m128;
    fn x_m256(a: __m256, b: i32) -> __m256;
    fn x_variadic(a: *const c_char, ...) -> i32;
}

callees! {
    c_none() { x_none(); sink = 1; }
    c_narrow(a: *const i8, b: *const u8, c: *const i16, d: *const u16, e: *const bool) -> i32 { 1 ^ x_narrow(*a, *b, *c, *d, *e) }
    c_char(a: *const i8) -> i32 { 1 ^ x_char(*a) as i32 }
    c_bool(a: i32) -> i32 { 1 ^ x_bool(a) as i32 }
    c_ints(h: *const i16, i: *const i8) -> i32 { 1 ^ x_ints(1, 2, 3, 4, 5, 6, 7, *h, *i, 10) }
    c_doubles(a: f64) -> f64 { 1.0 + x_doubles(a, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0) }
    c_float(a: f32) -> f32 { 1.0 + x_float(a) }
    c_two(a: *const Two) -> i64 { 1 ^ x_two(*a, 3).b }
    c_three(a: *const Three) -> i64 { 1 ^ x_three(*a, 3).b }
    c_mixed(a: *const Mixed) -> f64 { 1.0 + x_mixed(*a, 2.5).b }
    c_three_floats(a: *const Floats) -> f32 { 1.0 + x_three_floats(*a).c }
    c_over(a: *const Over) -> i64 { 1 ^ x_over(1, *a, 3) }
    c_large(a: *const Large) -> i64 { 1 ^ x_large(1, *a, 3) }
    c_i128(a: *const i128) -> i64 { 1 ^ x_i128(1, 2, 3, 4, 5, *a, 7) as i64 }
    c_m128(a: *const __m128, r: *mut __m128) { *r = x_m128(*a, 2); }
    c_variadic(a: f32, b: *const i16) -> i32 { 1 ^ x_variadic(core::ptr::null(), 1i32, a as f64, *b as i32, 2.5f64) }
    c_variadic_general() -> i32 { 1 ^ x_variadic(core::ptr::null(), 1i32) }
    c_indirect(f: unsafe extern "C" fn(i32, Mixed) -> i64, a: *const Mixed) -> i64 { 1 ^ f(1, *a) }
    c_ignored(a: *const Two) -> i64 { x_two(*a, 3); 1 }
    c_tail(a: i32) -> i32 { x_variadic(core::ptr::null(), a, 0.5f64) }
}

#[unsafe(no_mangle)]
#[target_feature(enable = "avx")]
pub unsafe extern "C" fn c_m256(a: *const __m256, r: *mut __m256) {
    unsafe { *r = x_m256(*a, 2) };
}

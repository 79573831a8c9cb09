//! Texts as strangers give them to `explain`, with the answer that each must have.

use super::{Run, twincall, twincall_reading};

/// A text and its answer. Of each function a target's line has the arguments as `name: type = places`, then `-> result = places`;
/// a place that is not known is `?`, one that depends on argument 2 `after 2`; functions are parted by `|`, readings of the text by `or`.
struct Text {
    text: &'static str,
    code: i32,
    native: &'static str,
    wasm: &'static str,
    /// What stands in the human answer besides, or after `!` must not.
    says: &'static [&'static str],
}

const fn told(text: &'static str, native: &'static str, wasm: &'static str) -> Text {
    Text {
        text,
        code: 0,
        native,
        wasm,
        says: &[],
    }
}

const fn in_part(
    text: &'static str,
    native: &'static str,
    wasm: &'static str,
    says: &'static [&'static str],
) -> Text {
    Text {
        code: 101,
        says,
        ..told(text, native, wasm)
    }
}

const fn noted(
    text: &'static str,
    native: &'static str,
    wasm: &'static str,
    says: &'static [&'static str],
) -> Text {
    Text {
        says,
        ..told(text, native, wasm)
    }
}

#[test]
fn types_without_a_name_keep_their_attributes() {
    check(&[
        told(
            "void f(uint32_t a, struct __attribute__((packed)) { char a; int b; } s, size_t n)",
            "f(a: uint32_t = rdi:4, s: struct {…} = [rsp+8]:5, n: size_t = rsi:8) -> void = nothing",
            "f(a: uint32_t = param 0:4, s: struct {…} = param 1 -> 5 bytes, n: size_t = param 2:4) -> void = nothing",
        ),
        told(
            "union __attribute__((aligned(16))) { int a; } f(void)",
            "f() -> union __attribute__((aligned(16))) { int a; } = rax:8",
            "f() -> union __attribute__((aligned(16))) { int a; } = param 0 -> 16 bytes",
        ),
        told(
            "void f(enum __attribute__((packed)) { A, B } e)",
            "f(e: enum __attribute__((packed)) { A, B } = rdi:1) -> void = nothing",
            "f(e: enum __attribute__((packed)) { A, B } = param 0:1) -> void = nothing",
        ),
        told(
            "typedef struct __attribute__((packed)) { char a; int b; } T; T f(T t, T *p);",
            "f(t: T = [rsp+8]:5, p: T * = rsi:8) -> T = rdi -> 5 bytes",
            "f(t: T = param 1 -> 5 bytes, p: T * = param 2:4) -> T = param 0 -> 5 bytes",
        ),
        told(
            "typedef struct __attribute__((aligned(16))) { long a; } T; void f(int x, T t);",
            "f(x: int = rdi:4, t: T = rsi:8) -> void = nothing",
            "f(x: int = param 0:4, t: T = param 1 -> 16 bytes) -> void = nothing",
        ),
        told(
            "struct S { struct __attribute__((packed)) { char a; int b; } in; int c; }; int f(struct S s);",
            "f(s: struct S = [rsp+8]:12) -> int = rax:4",
            "f(s: struct S = param 0 -> 12 bytes) -> int = result 0:4",
        ),
        told(
            "void f(struct [[gnu::packed]] { char a; int b; } s)",
            "f(s: struct [[gnu::packed]] { char a; int b; } = [rsp+8]:5) -> void = nothing",
            "f(s: struct [[gnu::packed]] { char a; int b; } = param 0 -> 5 bytes) -> void = nothing",
        ),
        told(
            "void f(struct { union { int i; float f; }; char c; } s)",
            "f(s: struct { union { int i; float f; }; char c; } = rdi:8) -> void = nothing",
            "f(s: struct { union { int i; float f; }; char c; } = param 0 -> 8 bytes) -> void = nothing",
        ),
    ]);
}

#[test]
fn names_are_those_of_the_text() {
    check(&[
        told(
            "typedef unsigned int uint32_t; uint32_t f(uint32_t x);",
            "f(x: uint32_t = rdi:4) -> uint32_t = rax:4",
            "f(x: uint32_t = param 0:4) -> uint32_t = result 0:4",
        ),
        told(
            "typedef int my_int; typedef my_int *my_ptr; my_ptr f(my_int n, my_ptr p)",
            "f(n: my_int = rdi:4, p: my_ptr = rsi:8) -> my_ptr = rax:8",
            "f(n: my_int = param 0:4, p: my_ptr = param 1:4) -> my_ptr = result 0:4",
        ),
        told(
            "typedef enum { A, B } E; E f(E e);",
            "f(e: E = rdi:4) -> E = rax:4",
            "f(e: E = param 0:4) -> E = result 0:4",
        ),
        noted(
            "int f(int fn, int impl, int u8)",
            "f(fn: int = rdi:4, impl: int = rsi:4, u8: int = rdx:4) -> int = rax:4",
            "f(fn: int = param 0:4, impl: int = param 1:4, u8: int = param 2:4) -> int = result 0:4",
            &["!read as"],
        ),
        noted(
            "int f(int class, int new)",
            "f(class: int = rdi:4, new: int = rsi:4) -> int = rax:4",
            "f(class: int = param 0:4, new: int = param 1:4) -> int = result 0:4",
            &["!read as"],
        ),
        told(
            "int (*f(int a))(double)",
            "f(a: int = rdi:4) -> int (*)(double) = rax:8",
            "f(a: int = param 0:4) -> int (*)(double) = result 0:4",
        ),
    ]);
}

#[test]
fn what_cannot_be_explained_hides_nothing_else() {
    check(&[
        in_part(
            "int f(int a, foo_t b, double c); int g(bar_t *p);",
            "f(a: int = rdi:4, b: foo_t = ?, c: double = after 2) -> int = rax:4 | g(p: bar_t * = rdi:8) -> int = rax:4",
            "f(a: int = param 0:4, b: foo_t = ?, c: double = after 2) -> int = result 0:4 \
             | g(p: bar_t * = param 0:4) -> int = result 0:4",
            &[
                "nothing declares any of `foo_t` and `bar_t`",
                "not explained: argument 2 `b`: nothing declares `foo_t`",
            ],
        ),
        in_part(
            "int f(int a, struct nothing b, int c)",
            "f(a: int = rdi:4, b: struct nothing = ?, c: int = after 2) -> int = rax:4",
            "f(a: int = param 0:4, b: struct nothing = ?, c: int = after 2) -> int = result 0:4",
            &["not explained: argument 2 `b`: `nothing` is declared without its members"],
        ),
        in_part(
            "void f(struct I i)",
            "f not covered",
            "f not covered",
            &["not covered: argument 1 `i`: `I` is declared without its members"],
        ),
        in_part(
            "struct I; struct I f(int a);",
            "f not covered",
            "f not covered",
            &["not covered: result: `I` is declared without its members"],
        ),
        told(
            "int stat(const char *path, struct stat *buf)",
            "stat(path: const char * = rdi:8, buf: struct stat * = rsi:8) -> int = rax:4",
            "stat(path: const char * = param 0:4, buf: struct stat * = param 1:4) -> int = result 0:4",
        ),
        in_part(
            "int bad(int a) { return } int good(int a);",
            "good(a: int = rdi:4) -> int = rax:4",
            "good(a: int = param 0:4) -> int = result 0:4",
            &["not explained: `bad`: expected expression"],
        ),
        in_part(
            "template <class T> T f(T t); int g(int);",
            "g(int = rdi:4) -> int = rax:4",
            "g(int = param 0:4) -> int = result 0:4",
            &["not explained: `f`: it is a template"],
        ),
        in_part(
            "__attribute__((ms_abi)) int f(int); int g(int);",
            "f not covered | g(int = rdi:4) -> int = rax:4",
            "f(int = param 0:4) -> int = result 0:4 | g(int = param 0:4) -> int = result 0:4",
            &["not covered: the Win64 calling convention"],
        ),
        in_part(
            "extern \"C\" fn f(a: u32, x: &[u8], y: u8);",
            "f(a: u32 = rdi:4, x: &[u8] = ?, y: u8 = after 2) -> void = nothing",
            "f(a: u32 = param 0:4, x: &[u8] = ?, y: u8 = after 2) -> void = nothing",
            &["argument 2 `x`: a slice reference is an address and a length, for which no C ABI has a place"],
        ),
        in_part(
            "extern \"C\" fn f(x: u8, y: impl Fn()); extern \"C\" fn g(x: u8, y: &dyn Fn());",
            "f(x: u8 = rdi:1, y: impl Fn() = ?) -> void = nothing | g(x: u8 = rdi:1, y: &dyn Fn() = ?) -> void = nothing",
            "f(x: u8 = param 0:1, y: impl Fn() = ?) -> void = nothing \
             | g(x: u8 = param 0:1, y: &dyn Fn() = ?) -> void = nothing",
            &[
                "argument 2 `y`: `impl Fn()` is a different type for each caller",
                "argument 2 `y`: the trait object `dyn Fn()` has no C equivalent",
            ],
        ),
        in_part(
            "struct R { a: u8, b: u32 } extern \"C\" fn f(n: i32, r: R, m: i32); extern \"C\" fn g(t: (u8, u16), n: u8);",
            "f(n: i32 = rdi:4, r: R = ?, m: i32 = after 2) -> void = nothing | g not covered",
            "f(n: i32 = param 0:4, r: R = ?, m: i32 = after 2) -> void = nothing | g not covered",
            &[
                "argument 2 `r`: Rust's own layout is not specified",
                "argument 1 `t`: the tuple `(u8, u16)` has no specified layout",
            ],
        ),
        in_part(
            "extern \"C\" fn f<T>(x: T); extern \"C\" fn g(x: u8);",
            "g(x: u8 = rdi:1) -> void = nothing",
            "g(x: u8 = param 0:1) -> void = nothing",
            &["not explained: `f`: a generic function has no symbol of its own"],
        ),
        in_part(
            "fn f(x: c_int) -> u32;",
            "f not covered",
            "f not covered",
            &["Rust's own calling convention is not specified"],
        ),
    ]);
}

#[test]
fn words_of_headers_need_no_include() {
    check(&[
        noted(
            "FILE *f(time_t t, off_t o, pid_t p, ssize_t s, wchar_t w, bool b)",
            "f(t: time_t = rdi:8, o: off_t = rsi:8, p: pid_t = rdx:4, s: ssize_t = rcx:8, w: wchar_t = r8:4, b: bool = r9:1) \
             -> FILE * = rax:8",
            "f(t: time_t = param 0:8, o: off_t = param 1:8, p: pid_t = param 2:4, s: ssize_t = param 3:4, \
             w: wchar_t = param 4:4, b: bool = param 5:1) -> FILE * = result 0:4",
            &[
                "read with <stddef.h>, <stdio.h>, <sys/types.h> and <time.h>",
                "`FILE`, `off_t`, `pid_t`, `ssize_t` and `time_t` as in wasi-libc",
            ],
        ),
        noted(
            "void f(__m128 a, __m256d b)",
            "f(a: __m128 = xmm0:16, b: __m256d = [rsp+8]:32) -> void = nothing",
            "",
            &["not on wasm: text:1:8: error: unknown type name '__m128'"],
        ),
        told(
            "void f(va_list ap)",
            "f(ap: va_list = rdi:8) -> void = nothing",
            "f(ap: va_list = param 0:4) -> void = nothing",
        ),
        told(
            "typedef struct { int x[3]; } size_t; size_t f(uint64_t n);",
            "f(n: uint64_t = rdi:8) -> size_t = rax:8 rdx:4",
            "f(n: uint64_t = param 1:8) -> size_t = param 0 -> 12 bytes",
        ),
        told(
            "uint64_t f(uint8_t a, int16_t b, uintptr_t c, uint_fast16_t d)",
            "f(a: uint8_t = rdi:1, b: int16_t = rsi:2, c: uintptr_t = rdx:8, d: uint_fast16_t = rcx:8) -> uint64_t = rax:8",
            "f(a: uint8_t = param 0:1, b: int16_t = param 1:2, c: uintptr_t = param 2:4, d: uint_fast16_t = param 3:2) \
             -> uint64_t = result 0:8",
        ),
        noted(
            "int f(const struct timespec *ts, int abs)",
            "f(ts: const struct timespec * = rdi:8, abs: int = rsi:4) -> int = rax:4",
            "f(ts: const struct timespec * = param 0:4, abs: int = param 1:4) -> int = result 0:4",
            &["!read with"],
        ),
        told(
            "unsafe extern \"C\" { fn write(fd: c_int, buf: *const c_void, n: size_t) -> ssize_t; }",
            "write(fd: c_int = rdi:4, buf: *const c_void = rsi:8, n: size_t = rdx:8) -> ssize_t = rax:8",
            "write(fd: c_int = param 0:4, buf: *const c_void = param 1:4, n: size_t = param 2:4) -> ssize_t = result 0:4",
        ),
        told(
            "extern \"C\" fn f(a: libc::c_long, b: *mut libc::FILE, c: std::ffi::c_char) -> libc::time_t;",
            "f(a: libc::c_long = rdi:8, b: *mut libc::FILE = rsi:8, c: std::ffi::c_char = rdx:1) -> libc::time_t = rax:8",
            "f(a: libc::c_long = param 0:4, b: *mut libc::FILE = param 1:4, c: std::ffi::c_char = param 2:1) \
             -> libc::time_t = result 0:8",
        ),
        noted(
            "type c_int = i64; extern \"C\" fn f(x: c_int);",
            "f(x: c_int = rdi:8) -> void = nothing",
            "f(x: c_int = param 0:8) -> void = nothing",
            &["!read with"],
        ),
        noted(
            "use std::os::raw::c_int; extern \"C\" fn f(x: c_int);",
            "f(x: c_int = rdi:4) -> void = nothing",
            "f(x: c_int = param 0:4) -> void = nothing",
            &["!read with"],
        ),
    ]);
}

#[test]
fn cpp_is_recognised_where_c_does_not_read_it() {
    check(&[
        noted(
            "struct S { ~S(); int x; }; S f(S);",
            "f(S = rsi -> 4 bytes) -> S = rdi -> 4 bytes",
            "f(S = param 1 -> 4 bytes) -> S = param 0 -> 4 bytes",
            &["read as C++"],
        ),
        noted(
            "struct S { int a; }; S f(S s);",
            "f(s: S = rdi:4) -> S = rax:4",
            "f(s: S = param 0:4) -> S = result 0:4",
            &["read as C++"],
        ),
        noted(
            "struct S { int a; }; struct S f(struct S s);",
            "f(s: struct S = rdi:4) -> struct S = rax:4",
            "f(s: struct S = param 0:4) -> struct S = result 0:4",
            &["!read as"],
        ),
        told(
            "struct E {}; int f(E e, int b);",
            "f(e: E = nothing, b: int = rdi:4) -> int = rax:4",
            "f(e: E = nothing, b: int = param 0:4) -> int = result 0:4",
        ),
        told(
            "struct E {}; int f(struct E e, int b);",
            "f(e: struct E = nothing, b: int = rdi:4) -> int = rax:4",
            "f(e: struct E = nothing, b: int = param 0:4) -> int = result 0:4",
        ),
        told(
            "int f(int &x, const char *&y, int &&z)",
            "f(x: int & = rdi:8, y: const char *& = rsi:8, z: int && = rdx:8) -> int = rax:4",
            "f(x: int & = param 0:4, y: const char *& = param 1:4, z: int && = param 2:4) -> int = result 0:4",
        ),
        told(
            "namespace n { struct P { double x, y; }; P f(P p); }",
            "n::f(p: P = xmm0:8 xmm1:8) -> P = xmm0:8 xmm1:8",
            "n::f(p: P = param 1 -> 16 bytes) -> P = param 0 -> 16 bytes",
        ),
        told(
            "struct V { virtual int m(); int x; }; int f(V *v, V w);",
            "f(v: V * = rdi:8, w: V = rsi -> 16 bytes) -> int = rax:4",
            "f(v: V * = param 0:4, w: V = param 1 -> 8 bytes) -> int = result 0:4",
        ),
        told(
            "struct B { long a; }; struct D : B { int b; }; D f(D d);",
            "f(d: D = rdi:8 rsi:8) -> D = rax:8 rdx:8",
            "f(d: D = param 1 -> 8 bytes) -> D = param 0 -> 8 bytes",
        ),
        told(
            "int f(int); double f(double);",
            "f(int)(int = rdi:4) -> int = rax:4 | f(double)(double = xmm0:8) -> double = xmm0:8",
            "f(int)(int = param 0:4) -> int = result 0:4 | f(double)(double = param 0:8) -> double = result 0:8",
        ),
        told(
            "extern \"C\" { int f(bool b, char16_t c); }",
            "f(b: bool = rdi:1, c: char16_t = rsi:2) -> int = rax:4",
            "f(b: bool = param 0:1, c: char16_t = param 1:2) -> int = result 0:4",
        ),
        told(
            "auto f(int a) -> double;",
            "f(a: int = rdi:4) -> double = xmm0:8",
            "f(a: int = param 0:4) -> double = result 0:8",
        ),
    ]);
}

#[test]
fn rust_is_recognised() {
    check(&[
        noted(
            "extern \"C\" fn f(x: u32, s: S) -> S; #[repr(C)] struct S { a: u8 }",
            "f(x: u32 = rdi:4, s: S = rsi:1) -> S = rax:1",
            "f(x: u32 = param 0:4, s: S = param 1:1) -> S = result 0:1",
            &["read as Rust"],
        ),
        told(
            "extern \"C\" fn f(cb: Option<extern \"C\" fn(i32) -> i32>) -> !",
            "f(cb: Option<extern \"C\" fn(i32) -> i32> = rdi:8) -> ! = nothing",
            "f(cb: Option<extern \"C\" fn(i32) -> i32> = param 0:4) -> ! = nothing",
        ),
        told(
            "extern \"C-unwind\" fn f(a: f32) -> f64; unsafe extern \"system\" fn g(a: i8);",
            "f(a: f32 = xmm0:4) -> f64 = xmm0:8 | g(a: i8 = rdi:1) -> void = nothing",
            "f(a: f32 = param 0:4) -> f64 = result 0:8 | g(a: i8 = param 0:1) -> void = nothing",
        ),
        told(
            "#[repr(transparent)] struct W(f64); extern \"C\" fn f(w: W) -> W;",
            "f(w: W = xmm0:8) -> W = xmm0:8",
            "f(w: W = param 0:8) -> W = result 0:8",
        ),
        told(
            "#[repr(C, packed(2))] struct P { a: u8, b: u32 } extern \"C\" fn f(p: P);",
            "f(p: P = [rsp+8]:6) -> void = nothing",
            "f(p: P = param 0 -> 6 bytes) -> void = nothing",
        ),
        told(
            "#[repr(u8)] enum E { A, B } extern \"C\" fn f(e: E) -> E;",
            "f(e: E = rdi:1) -> E = rax:1",
            "f(e: E = param 0:1) -> E = result 0:1",
        ),
        told(
            "extern \"C\" fn f<'a>(x: &'a u32, y: &mut u8) -> &'a u32;",
            "f(x: &'a u32 = rdi:8, y: &mut u8 = rsi:8) -> &'a u32 = rax:8",
            "f(x: &'a u32 = param 0:4, y: &mut u8 = param 1:4) -> &'a u32 = result 0:4",
        ),
        told(
            "unsafe extern \"C\" fn f(n: i32, ...) -> i32;",
            "f(n: i32 = rdi:4) -> i32 = rax:4",
            "f(n: i32 = param 0:4) -> i32 = result 0:4",
        ),
        told(
            "#[repr(C)] struct Pair<T> { a: T, b: T } extern \"C\" fn f(p: Pair<f32>) -> Pair<u64>;",
            "f(p: Pair<f32> = xmm0:8) -> Pair<u64> = rax:8 rdx:8",
            "f(p: Pair<f32> = param 1 -> 8 bytes) -> Pair<u64> = param 0 -> 16 bytes",
        ),
    ]);
}

#[test]
fn odd_types_have_places() {
    check(&[
        told(
            "_Complex double f(_BitInt(128) x)",
            "f(x: _BitInt(128) = rdi:8 rsi:8) -> _Complex double = xmm0:8 xmm1:8",
            "f(x: _BitInt(128) = param 1:8 param 2:8) -> _Complex double = param 0 -> 16 bytes",
        ),
        told(
            "__int128 f(__int128 a, int b)",
            "f(a: __int128 = rdi:8 rsi:8, b: int = rdx:4) -> __int128 = rax:8 rdx:8",
            "f(a: __int128 = param 0:8 param 1:8, b: int = param 2:4) -> __int128 = result 0:8 result 1:8 \
             or f(a: __int128 = param 1:8 param 2:8, b: int = param 3:4) -> __int128 = param 0 -> 16 bytes",
        ),
        told(
            "_Complex float f(_Complex float z)",
            "f(z: _Complex float = xmm0:8) -> _Complex float = xmm0:8",
            "f(z: _Complex float = param 1 -> 8 bytes) -> _Complex float = param 0 -> 8 bytes",
        ),
        told(
            "struct S { int n; char d[]; }; int f(struct S s);",
            "f(s: struct S = rdi:4) -> int = rax:4 or f(s: struct S = [rsp+8]:4) -> int = rax:4",
            "f(s: struct S = param 0 -> 4 bytes) -> int = result 0:4",
        ),
        told(
            "void f(int n, int a[n], int (*b)[n])",
            "f(n: int = rdi:4, a: int * = rsi:8, b: int (*)[n] = rdx:8) -> void = nothing",
            "f(n: int = param 0:4, a: int * = param 1:4, b: int (*)[n] = param 2:4) -> void = nothing",
        ),
        told(
            "int f(a, b) int a; float b; { return 0; }",
            "f(a: int = rdi:4, b: double = xmm0:8) -> int = rax:4",
            "f(a: int = param 0:4, b: double = param 1:8) -> int = result 0:4",
        ),
        told("int f();", "f() -> int = rax:4", "f() -> int = result 0:4"),
    ]);
}

/// Texts without an answer: each has a sentence that tells why.
#[test]
fn silly_texts_get_a_sentence() {
    let deep = "(".repeat(100_000);
    let stars = format!("int {}f(void)", "*".repeat(100_000));
    let pointers = format!("extern \"C\" fn f(x: {}u8)", "*const ".repeat(100_000));
    let templates = format!(
        "template <class T> struct A; void f({}int{})",
        "A<".repeat(5_000),
        ">".repeat(5_000)
    );
    for (text, sentence) in [
        ("", "the text declares no function"),
        ("  \n ", "the text declares no function"),
        ("// only a comment", "the text declares no function"),
        ("/* only a comment */", "the text declares no function"),
        (deep.as_str(), "nests brackets, stars or signs more than 256 deep"),
        (&stars, "nests brackets, stars or signs more than 256 deep"),
        (&pointers, "nests brackets, stars or signs more than 256 deep"),
        (&templates, "nests brackets, stars or signs more than 256 deep"),
        ("int f(int a", "text:1:"),
        ("int f(int a))", "text:1:"),
        ("}", "text:1:"),
        ("extern \"C\" fn f(x u8)", "--> text:1:"),
        (
            "class C { public: int get() const; };",
            "no function outside of a class",
        ),
        (
            "template <class T> T f(T t);",
            "`f` cannot be explained: it is a template",
        ),
        (
            "extern \"C\" fn f<T>(x: T);",
            "`f` cannot be explained: a generic function",
        ),
        ("struct S { fn: u8 }", "this is what it says of"),
        ("itn f(int a)", "unknown type name 'itn'"),
        ("int f(int a\u{202e}b", "text:1:"),
    ] {
        let run = read(text.as_bytes()).exits(2).complains(&[sentence]);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        assert!(
            !run.stderr.contains(['\u{202e}', '\0']) && !run.stderr.contains("panicked"),
            "{}",
            run.stderr
        );
    }
}

/// Explains what comes by standard input.
fn read(input: &[u8]) -> Run {
    twincall_reading(&["explain", "-"], input)
}

#[test]
fn a_text_may_be_a_file_or_come_by_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let both = "struct S { int a; }; struct S f(struct S s);";
    for (name, text, place) in [
        ("a.rs", "extern \"C\" fn f(n: i32);", "1 n: i32"),
        ("b.hpp", "struct S {}; int f(S s, int n);", "1 s: S"),
        ("c.c", both, "1 s: struct S"),
        ("a header.h", both, "1 s: struct S"),
        ("a header of C++.h", "struct S { ~S(); }; int f(S s);", "1 s: S"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let run = twincall(&["explain", file.to_str().unwrap()])
            .exits(0)
            .says(&[place]);
        // What the name of a file says needs no note.
        assert_eq!(
            run.stdout.contains("read as"),
            name.contains("C++"),
            "{name}: {}",
            run.stdout
        );
        read(text.as_bytes()).exits(0).says(&[place]);
    }
    let rust = folder.path().join("c.rs");
    std::fs::write(&rust, both).unwrap();
    // The name of a file is believed.
    twincall(&["explain", rust.to_str().unwrap()])
        .exits(2)
        .complains(&["--> text:1:"]);
    read(b"int f(int a\xff);")
        .exits(2)
        .complains(&["is no text in UTF-8 from byte 11 on"]);
    read(&b"int f(int);\n".repeat(400_000))
        .exits(2)
        .complains(&["more than is read"]);
    let mark = read("int f(int a\u{202e}b);".as_bytes())
        .exits(0)
        .says(&["1 a\u{fffd}b: int"]);
    assert!(!mark.stdout.contains('\u{202e}'), "{}", mark.stdout);
    let nul = read(b"int f(int\0 a);").exits(0).says(&["1 a: int"]);
    assert!(!nul.stdout.contains('\0'), "{}", nul.stdout);
}

/// What is left out shows in every form.
#[test]
fn every_form_tells_what_is_not_explained() {
    let text = "int bad(int a) { return } int f(int a, foo_t b);";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drawing.svg");
    let run = twincall(&[
        "explain",
        text,
        "--format",
        "json",
        "--svg",
        file.to_str().unwrap(),
    ])
    .exits(101);
    let json = run.json();
    let refused = &json["refused"][0];
    assert_eq!(
        (&refused["symbol"], &refused["reason"]),
        (&"bad".into(), &"expected expression".into())
    );
    assert_eq!(refused["targets"].as_array().map(Vec::len), Some(2));
    let answer = &json["functions"][0]["targets"][0]["sides"][0]["answer"];
    assert_eq!(
        answer["partial"]["arguments"][1]["unknown"]["reason"],
        "nothing declares `foo_t`"
    );
    let svg = std::fs::read_to_string(&file).unwrap();
    super::assert_well_formed(&svg);
    for words in [
        "not explained: argument 2 `b`: nothing declares `foo_t`",
        "not explained: `bad`: expected expression",
    ] {
        assert!(svg.contains(words), "{svg}");
    }
}

#[test]
fn a_text_with_many_arguments_is_answered() {
    let arguments: Vec<String> = (0..10_000).map(|number| format!("int a{number}")).collect();
    let text = format!("int f({})", arguments.join(", "));
    // Six go to registers, the others have eight bytes each.
    twincall(&["explain", &text, "--target", "native"])
        .exits(0)
        .says(&[
            "10000 a9999: int",
            "[rsp+79952]:4",
            "stack: 79952 bytes of arguments",
        ]);
}

#[track_caller]
fn check(texts: &[Text]) {
    let mut wrong = String::new();
    for own in texts {
        for (target, wanted) in [("native", own.native), ("wasm", own.wasm)] {
            let run = twincall(&["explain", own.text, "--format", "json", "--target", target]);
            let found = match wanted.is_empty() {
                true => String::new(),
                false => line(&run),
            };
            if found != wanted {
                wrong.push_str(&format!(
                    "{} on {target}:\n  {found}\n  wanted {wanted}\n",
                    own.text
                ));
            }
        }
        let run = twincall(&["explain", own.text]);
        if run.code != Some(own.code) {
            wrong.push_str(&format!("{}: ends with {:?}\n{}", own.text, run.code, run.stderr));
        }
        for says in own.says {
            let right = match says.strip_prefix('!') {
                Some(not) => !run.stdout.contains(not),
                None => run.stdout.contains(says),
            };
            if !right {
                wrong.push_str(&format!("{}: `{says}`:\n{}", own.text, run.stdout));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The answer of one target on a line.
fn line(run: &Run) -> String {
    if run.stdout.is_empty() {
        return run.stderr.clone();
    }
    let json = run.json();
    let functions = json["functions"]
        .as_array()
        .expect("an answer has functions")
        .iter();
    let lines = functions.map(|function| {
        let symbol = function["symbol"].as_str().unwrap();
        let answer = &function["targets"][0]["sides"][0]["answer"];
        let only = ["settled", "partial"].iter().find_map(|kind| answer.get(kind));
        let readings = answer["ambiguous"].as_array().into_iter().flatten();
        let views: Vec<&serde_json::Value> =
            only.into_iter().chain(readings.map(|own| &own["view"])).collect();
        match views.is_empty() {
            true => format!("{symbol} not covered"),
            false => views
                .iter()
                .map(|view| call(symbol, view))
                .collect::<Vec<_>>()
                .join(" or "),
        }
    });
    lines.collect::<Vec<_>>().join(" | ")
}

/// `f(a: int = rdi:4) -> int = rax:4`
fn call(symbol: &str, view: &serde_json::Value) -> String {
    let arguments = view["arguments"].as_array().unwrap().iter();
    let arguments: Vec<String> = arguments
        .map(|row| match row["name"].as_str() {
            Some(name) => format!("{name}: {}", places(row)),
            None => places(row),
        })
        .collect();
    format!(
        "{symbol}({}) -> {}",
        arguments.join(", "),
        places(&view["result"])
    )
}

/// `int = rdi:4`
fn places(row: &serde_json::Value) -> String {
    let slots = row["slots"].as_array().unwrap().iter();
    let words: Vec<&str> = slots.map(|slot| slot["words"].as_str().unwrap()).collect();
    let unknown = &row["unknown"];
    let places = match (unknown["behind"].as_u64(), unknown["reason"].as_str()) {
        (Some(number), _) => format!("after {number}"),
        (_, Some(_)) => "?".to_owned(),
        _ if words.is_empty() => "nothing".to_owned(),
        _ => words.join(" "),
    };
    format!("{} = {places}", row["ty"].as_str().unwrap())
}

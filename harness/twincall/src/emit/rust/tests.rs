use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use twincall_abi::target::Target;

use super::{Dialect, write_unit};
use crate::call::VariadicType;
use crate::emit::{TypeKey, Unit, UnitRequest, VariadicCall};
use crate::interface::rust::{RustSource, read_source};

const NATIVE: Target = Target::X86_64LinuxGnu;
const WASM: Target = Target::Wasm32Unknown;

/// A unit on disk, with the fixture beside it.
struct Written {
    folder: TempDir,
    unit: Unit,
    source: RustSource,
}

#[derive(Default)]
struct Options {
    same: Vec<String>,
    calls: Vec<VariadicCall>,
    features: Vec<String>,
    dialect: Dialect,
    std: bool,
}

fn write_for(target: Target, text: &str, options: &Options) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fixture.rs");
    let source = read_source("fixture.rs", text, target).unwrap();
    fs::write(&path, &source.blanked).unwrap();
    let unit = write_unit(&UnitRequest {
        interface: &source.interface,
        source_path: path.to_str().unwrap(),
        same: &options.same,
        variadic_calls: &options.calls,
        inner_attributes: &source.inner_attributes,
        features: &options.features,
        dialect: options.dialect,
        std: options.std,
    });
    fs::write(folder.path().join("unit.rs"), &unit.source).unwrap();
    Written { folder, unit, source }
}

fn rustc() -> Command {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--edition", "2024", "-C", "panic=abort", "-g"]);
    command
}

/// What selects the wasm target, or `None` where no `core` for it is at hand.
fn wasm_arguments() -> Option<Vec<String>> {
    let mut arguments = vec!["--target".to_owned(), WASM.triple().to_owned()];
    if let Ok(sysroot) = std::env::var("TWINCALL_WASM_SYSROOT") {
        arguments.extend(["--sysroot".to_owned(), sysroot]);
    }
    let output = rustc()
        .args(&arguments)
        .args(["--print", "target-libdir"])
        .output()
        .unwrap();
    let libraries = fs::read_dir(String::from_utf8(output.stdout).unwrap().trim()).ok()?;
    let has_core = libraries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore"));
    has_core.then_some(arguments)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Written {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn compile(&self, target: Target) {
        let arguments = match target {
            Target::X86_64LinuxGnu => Vec::new(),
            Target::Wasm32Unknown => match wasm_arguments() {
                Some(arguments) => arguments,
                None => return,
            },
        };
        for level in ["0", "2"] {
            let emit = format!(
                "--emit=obj={},llvm-bc={}",
                self.object(level).display(),
                self.path("unit.bc").display()
            );
            // The compiler keeps files named after the crate where it runs.
            run(rustc()
                .current_dir(self.folder.path())
                .args(&arguments)
                .args([
                    "--crate-type",
                    "lib",
                    "-D",
                    "warnings",
                    &emit,
                    "-C",
                    &format!("opt-level={level}"),
                ])
                .arg(self.path("unit.rs")));
            let object = fs::read(self.object(level)).unwrap();
            for name in self.unit.exports.iter().map(String::as_str).chain([
                "tc_rust_sizes",
                "tc_rust_same",
                "tc_rust_data",
            ]) {
                assert!(
                    contains(&object, name.as_bytes()),
                    "{name} is not in the object at -O{level}"
                );
            }
            assert!(contains(&object, b"twincall-sizes\x01\0"));
        }
    }

    fn object(&self, level: &str) -> PathBuf {
        self.path(&format!("unit{level}.o"))
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn check(text: &str, options: &Options) -> Unit {
    write_for(WASM, text, options).compile(WASM);
    let written = write_for(NATIVE, text, options);
    assert_eq!(written.source.interface.refused, []);
    written.compile(NATIVE);
    written.unit
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn units_of_every_kind_of_item_compile() {
    let text = r#"#![allow(dead_code)]
//! A fixture with a bit of everything.
use core::ffi::{c_int, c_void};
#[repr(C)] struct Pair { a: u8, b: f64 }
struct View<'a>(&'a [u8]);
mod shapes { #[repr(C)] pub union Bits { pub i: u32, pub f: f32 } #[repr(u8)] pub enum Kind { A = 1, B(u8) } }
const tc: i32 = 0;
static a0: u8 = 0;
impl Drop for Pair { fn drop(&mut self) {} }
#[unsafe(no_mangle)] pub extern "C" fn owned(p: Pair, q: &Pair, view: View) -> Option<&'static Pair> { let _ = (p, q, view); None }
#[unsafe(no_mangle)] extern "C" fn borrowed<'a>(p: &'a mut Pair, f: for<'b> extern "C" fn(&'b Pair, &'a u8) -> &'b u8) -> &'a u8 { let _ = f; &p.a }
#[unsafe(no_mangle)] fn by_rust_rules(text: &str, list: &[&str]) -> (  ) { let _ = (text, list); }
#[unsafe(no_mangle)] pub extern "system" fn by_system(kind: self::shapes::Kind, bits: crate::shapes::Bits) -> u8 { let _ = (kind, bits); 0 }
#[unsafe(no_mangle)] pub extern "C-unwind" fn may_unwind(x: char) -> bool { x == 'x' }
#[unsafe(export_name = "odd.name")] pub unsafe extern "C" fn odd() {}
#[unsafe(no_mangle)] pub extern "C" fn never(_: *const c_void, _: ()) -> ! { loop {} }
#[unsafe(no_mangle)] static mut COUNTER: Pair = Pair { a: 1, b: 2.0 };
#[unsafe(no_mangle)] static r#type: [&str; 2] = ["x", "y"];
unsafe extern "C" {
    fn declared(x: c_int, y: Option<unsafe extern "C" fn(*mut c_void) -> c_int>) -> Pair;
    safe fn r#match(n: u128) -> i128;
    #[link_name = "other"] static OTHER: Pair;
    #[link_name = "odd.data"] static ODD: u8;
    fn print(format: *const i8, ...) -> c_int;
}
"#;
    let call = VariadicCall {
        symbol: "print".to_owned(),
        extra: vec![VariadicType::I32, VariadicType::Pointer],
    };
    let unusable = VariadicCall {
        symbol: "never".to_owned(),
        extra: vec![VariadicType::U32],
    };
    let unit = check(
        text,
        &Options {
            calls: vec![call, unusable],
            same: strings(&["Pair", "shapes::Bits"]),
            ..Options::default()
        },
    );
    let left: Vec<&str> = unit.left_out.iter().map(|(symbol, _)| symbol.as_str()).collect();
    assert_eq!(left, ["never", "print", "never", "odd.data"]);
    for symbol in [
        "tc_rust_call_odd.name",
        "tc_rust_call_never",
        "tc_rust_call_print__v0",
        "tc_rust_data_address_other",
        "tc_rust_frame",
    ] {
        assert!(unit.exports.iter().any(|export| export == symbol), "{symbol}");
    }
    assert!(
        !unit
            .exports
            .iter()
            .any(|export| export == "tc_rust_echo_address_never")
    );
    assert!(unit.types.contains(&TypeKey::Same { index: 1 }));
    assert!(unit.types.contains(&TypeKey::Result {
        symbol: "declared".to_owned()
    }));
    assert!(!unit.types.contains(&TypeKey::Result {
        symbol: "never".to_owned()
    }));
}

#[test]
fn unstable_features_are_enabled_once() {
    let text = r#"#![feature(extern_types, thread_local)]
        unsafe extern "C" { pub type Handle; fn close(h: *mut Handle) -> f16; static HANDLE: Handle; #[thread_local] static LOCAL: u8; }
        #[unsafe(no_mangle)] pub unsafe extern "C" fn sum(count: u32, mut more: ...) -> i64 { let _ = count; unsafe { more.arg::<i64>() } }
    "#;
    let extra = vec![
        VariadicType::I32,
        VariadicType::U64,
        VariadicType::F64,
        VariadicType::Pointer,
    ];
    let calls = vec![
        VariadicCall {
            symbol: "sum".to_owned(),
            extra: Vec::new(),
        },
        VariadicCall {
            symbol: "sum".to_owned(),
            extra,
        },
    ];
    let features = strings(&["c_variadic", "f16", "extern_types", "f16"]);
    let unit = check(
        text,
        &Options {
            calls,
            features,
            ..Options::default()
        },
    );
    assert!(unit.source.contains("#![feature(c_variadic, f16)]"));
    let left: Vec<&str> = unit.left_out.iter().map(|(symbol, _)| symbol.as_str()).collect();
    assert_eq!(left, ["LOCAL"]);
    assert!(unit.exports.contains(&"tc_rust_echo_address_sum__v1".to_owned()));
}

#[test]
fn wide_vectors_get_the_features_they_need() {
    let text = r#"#![feature(simd_ffi)]
        #[cfg(target_arch = "x86_64")] use core::arch::x86_64::{__m256, __m512d};
        #[cfg(target_arch = "x86_64")] unsafe extern "C" { fn wide(v: __m256) -> __m256; fn wider(v: __m512d); }
        #[cfg(target_arch = "x86_64")] #[target_feature(enable = "avx,fma")] #[unsafe(no_mangle)] pub extern "C" fn id(v: __m256) -> __m256 { v }
        #[cfg(target_arch = "wasm32")] unsafe extern "C" { fn wide(v: core::arch::wasm32::v128) -> core::arch::wasm32::v128; }
    "#;
    let unit = check(text, &Options::default());
    assert!(unit.source.contains("#[target_feature(enable = \"avx,fma\")]"));
}

#[test]
fn old_compilers_get_old_syntax() {
    let text = r#"#[no_mangle] pub static START: u8 = 1; #[export_name = "odd.name"] pub unsafe extern "C" fn f(x: u8) -> u8 { x }
        extern "C" { fn g(x: u8); static mut COUNT: u32; }"#;
    let options = Options {
        dialect: Dialect::of((1, 63, 0)),
        ..Options::default()
    };
    let unit = write_for(NATIVE, text, &options).unit;
    for new in ["#[unsafe(", "&raw", "unsafe extern \"C\" {", "zeroed()"] {
        assert!(!unit.source.contains(new), "{new} in\n{}", unit.source);
    }
    assert_eq!(Dialect::of((1, 82, 0)), Dialect::Current);
    let wide = "#![feature(simd_ffi)] extern \"C\" { fn wide(v: core::arch::x86_64::__m256); }";
    let with_avx = |dialect: Dialect| {
        let options = Options {
            dialect,
            ..Options::default()
        };
        write_for(NATIVE, wide, &options).unit.source.contains("\"avx\"")
    };
    // They take a wide vector without features, as the fixture's own functions do.
    assert!(with_avx(Dialect::Current) && !with_avx(Dialect::Old));
}

#[test]
fn the_standard_library_is_linked_on_request() {
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn f(b: Box<u8>) -> Option<Box<u8>> { Some(b) }";
    let written = write_for(
        NATIVE,
        text,
        &Options {
            std: true,
            ..Options::default()
        },
    );
    written.compile(NATIVE);
    assert!(!written.unit.source.contains("panic_handler"));
}

#[test]
fn a_panic_handler_of_the_fixture_gives_way() {
    check(
        "#[panic_handler] fn p(_: &core::panic::PanicInfo) -> ! { loop {} }",
        &Options::default(),
    );
}

const MAIN: &str = r#"
#include <stdarg.h>
struct pair { unsigned char a; double b; };
typedef struct pair swap_fn(struct pair, short);
extern void tc_rust_call_swap(const void *const *, void *);
extern void tc_rust_call_sum__v0(const void *const *, void *);
extern swap_fn *tc_rust_target_swap, *const tc_rust_echo_address_swap, *const tc_rust_address_swap;
extern long (*const tc_rust_echo_address_sum__v0)(unsigned, ...);
extern void **tc_rust_frame;
static void *storage[16];
__attribute__((constructor)) static void attach(void) { tc_rust_frame = storage; }
extern const struct { unsigned char marker[16]; unsigned long long words[8]; } tc_rust_sizes;
extern const struct pair *const tc_rust_data_address_START;
_Noreturn void abort(void);
static struct pair mine(struct pair p, short s) { p.a = 77; p.b += s; return p; }
int main(void) {
    struct pair p = {3, 0.5}, out = {0, 0}, in = {0, 0}, result = {9, 8.25};
    short s = -4, s_in = 0;
    const void *args[] = {&p, &s};
    tc_rust_call_swap(args, &out);
    if (out.a != 4 || out.b != -4.0) return 1;
    tc_rust_target_swap = mine;
    tc_rust_call_swap(args, &out);
    if (out.a != 77 || out.b != -3.5) return 2;
    tc_rust_frame[0] = &in, tc_rust_frame[1] = &s_in, tc_rust_frame[2] = &result;
    out = tc_rust_echo_address_swap(p, s);
    if (in.a != 3 || in.b != 0.5 || s_in != -4 || out.a != 9 || out.b != 8.25) return 3;
    tc_rust_target_swap = tc_rust_address_swap;
    tc_rust_call_swap(args, &out);
    if (out.a != 4) return 4;
    unsigned n = 2; int i = -7; double d = 2.5; long sum = 0;
    const void *more[] = {&n, &i, &d};
    tc_rust_call_sum__v0(more, &sum);
    if (sum != -5) return 5;
    unsigned n_in; int i_in; double d_in; long back = 123;
    tc_rust_frame[0] = &n_in, tc_rust_frame[1] = &i_in, tc_rust_frame[2] = &d_in, tc_rust_frame[3] = &back;
    if (tc_rust_echo_address_sum__v0(8, -9, 1.5) != 123 || n_in != 8 || i_in != -9 || d_in != 1.5) return 6;
    if (tc_rust_sizes.marker[0] != 't' || tc_rust_sizes.words[0] != sizeof p || tc_rust_sizes.words[1] != _Alignof(struct pair) || tc_rust_sizes.words[2] != 2) return 7;
    if (tc_rust_data_address_START->a != 42) return 8;
    return 0;
}
"#;

#[test]
fn drivers_call_and_echoes_answer() {
    let text = r#"
        #[repr(C)] pub struct Pair { a: u8, b: f64 }
        #[unsafe(no_mangle)] pub static START: Pair = Pair { a: 42, b: 0.0 };
        #[unsafe(no_mangle)] pub extern "C" fn swap(p: Pair, s: i16) -> Pair { Pair { a: p.a + 1, b: f64::from(s) } }
        #[unsafe(no_mangle)] pub unsafe extern "C" fn sum(n: u32, mut more: ...) -> i64 {
            unsafe { i64::from(more.arg::<i32>()) + more.arg::<f64>() as i64 * i64::from(n) / 2 }
        }
    "#;
    let extra = vec![VariadicType::I32, VariadicType::F64];
    let calls = vec![VariadicCall {
        symbol: "sum".to_owned(),
        extra,
    }];
    let options = Options {
        calls,
        features: strings(&["c_variadic"]),
        ..Options::default()
    };
    let written = write_for(NATIVE, text, &options);
    written.compile(NATIVE);
    let main = written.path("main.c");
    fs::write(&main, MAIN).unwrap();
    // Without optimisation the object refers to panics of `core`, which a static library brings along.
    let archive = written.path("unit.a");
    run(rustc()
        .args(["--crate-type", "staticlib", "-o"])
        .arg(&archive)
        .arg(written.path("unit.rs")));
    for linked in [&written.object("2"), &archive] {
        let program = written.path("program");
        link(&main, linked, &program);
        let status = Command::new(&program).status().unwrap();
        assert_eq!(status.code(), Some(0), "{}", linked.display());
    }
}

fn link(main: &Path, object: &Path, program: &Path) {
    run(Command::new("cc")
        .arg("-o")
        .arg(program)
        .arg(main)
        .arg(object)
        .arg("-Wl,--gc-sections"));
}

use std::path::Path;

use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::expect::{model, wanted_line};
use super::ir::{self, Line, Value};
use super::{Found, Judged, filecheck, rustc_ui, source, text};
use crate::facts::ModelState;
use crate::session::{Options, Session};

/// Functions of every kind of place, defined by both sides.
const C: &str = r#"
struct one { float x; };
struct two { float x, y; };
struct three { float x, y, z; };
struct mixed { double d; int i; };
struct bytes { unsigned char b[3]; };
struct words { long long a, b; };
struct large { long long a, b, c; };
struct single { long long a; };
union either { int i; float f; unsigned char b[4]; };
struct float_first { float f; double d; };
union filled { struct float_first part; double whole; };
enum colour { RED, GREEN };
signed char small(signed char a, unsigned short b, _Bool c) { return a; }
long long integers(int a, long long b, const void *p) { return b; }
double floats(float a, double b) { return b; }
struct one take_one(struct one v) { return v; }
struct two take_two(struct two v) { return v; }
struct three take_three(struct three v) { return v; }
struct mixed take_mixed(struct mixed v) { return v; }
struct bytes take_bytes(struct bytes v) { return v; }
struct words take_words(struct words v) { return v; }
struct large take_large(struct large v) { return v; }
struct single take_single(struct single v) { return v; }
union either take_either(union either v) { return v; }
enum colour take_colour(enum colour v) { return v; }
union filled take_filled(union filled v) { return v; }
__int128 wide(__int128 a) { return a; }
int many(int a, int b, int c, int d, int e, int f, struct words s, int g) { return g; }
void nothing(void) {}
"#;
const RUST: &str = r#"
use core::ffi::c_void;
#[repr(C)] #[derive(Clone, Copy)] pub struct One { x: f32 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Two { x: f32, y: f32 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Three { x: f32, y: f32, z: f32 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Mixed { d: f64, i: i32 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Bytes { b: [u8; 3] }
#[repr(C)] #[derive(Clone, Copy)] pub struct Words { a: i64, b: i64 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Large { a: i64, b: i64, c: i64 }
#[repr(C)] #[derive(Clone, Copy)] pub struct Single { a: i64 }
#[repr(C)] #[derive(Clone, Copy)] pub union Either { i: i32, f: f32, b: [u8; 4] }
#[repr(C)] #[derive(Clone, Copy)] pub struct FloatFirst { f: f32, d: f64 }
#[repr(C)] #[derive(Clone, Copy)] pub union Filled { part: FloatFirst, whole: f64 }
#[repr(C)] #[derive(Clone, Copy)] pub enum Colour { Red, Green }
#[unsafe(no_mangle)] pub extern "C" fn small(a: i8, _b: u16, _c: bool) -> i8 { a }
#[unsafe(no_mangle)] pub extern "C" fn integers(_a: i32, b: i64, _p: *const c_void) -> i64 { b }
#[unsafe(no_mangle)] pub extern "C" fn floats(_a: f32, b: f64) -> f64 { b }
#[unsafe(no_mangle)] pub extern "C" fn take_one(v: One) -> One { v }
#[unsafe(no_mangle)] pub extern "C" fn take_two(v: Two) -> Two { v }
#[unsafe(no_mangle)] pub extern "C" fn take_three(v: Three) -> Three { v }
#[unsafe(no_mangle)] pub extern "C" fn take_mixed(v: Mixed) -> Mixed { v }
#[unsafe(no_mangle)] pub extern "C" fn take_bytes(v: Bytes) -> Bytes { v }
#[unsafe(no_mangle)] pub extern "C" fn take_words(v: Words) -> Words { v }
#[unsafe(no_mangle)] pub extern "C" fn take_large(v: Large) -> Large { v }
#[unsafe(no_mangle)] pub extern "C" fn take_single(v: Single) -> Single { v }
#[unsafe(no_mangle)] pub extern "C" fn take_either(v: Either) -> Either { v }
#[unsafe(no_mangle)] pub extern "C" fn take_colour(v: Colour) -> Colour { v }
#[unsafe(no_mangle)] pub extern "C" fn take_filled(v: Filled) -> Filled { v }
#[unsafe(no_mangle)] pub extern "C" fn wide(a: i128) -> i128 { a }
#[unsafe(no_mangle)] pub extern "C" fn many(_: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: Words, g: i32) -> i32 { g }
#[unsafe(no_mangle)] pub extern "C" fn nothing() {}
"#;

/// What is made up where a compiler departs from the text is what compilers write that follow it.
#[test]
fn what_the_text_wants_is_what_compilers_write_that_follow_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("c-fixtures/all.c", C), ("rust-fixtures/all.rs", RUST)] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let session = Session::open(folder.path(), Options::default()).unwrap();
    let discovery = session.discover();
    let case = discovery.cases.first().unwrap();
    let mut departed = 0;
    for target in Target::ALL {
        let interfaces = session.interfaces(case, target).unwrap();
        let report = session.run(case, target).0;
        assert!(report.executed(), "{:?}", report.reason);
        let on = Judged {
            report: &report,
            interfaces: &interfaces,
        };
        let found = Found {
            session: &session,
            case,
            targets: Vec::new(),
        };
        for side in Side::BOTH {
            let module = module(&found, &on, side);
            let mut compared = 0;
            for function in &on.side(side).functions {
                let symbol = &function.symbol;
                let actual = ir::read(&module, symbol).unwrap();
                let wanted = wanted_line(&found, &on, side, symbol);
                match model(&on, side, symbol).unwrap().state {
                    ModelState::Follows => {}
                    // clang passes the first float of such a union alone, llvm-project#83388.
                    ModelState::Departs => {
                        assert_eq!(
                            (symbol.as_str(), side, target),
                            ("take_filled", Side::C, Target::X86_64LinuxGnu)
                        );
                        assert!(!fits(&wanted.unwrap(), &actual), "{actual:?}");
                        departed += 1;
                        continue;
                    }
                    ModelState::Ambiguous | ModelState::Unsupported => continue,
                }
                let wanted = wanted.unwrap_or_else(|| panic!("{side} {target}: {symbol}"));
                assert!(fits(&wanted, &actual), "{side} {target}\n{wanted:?}\n{actual:?}");
                compared += 1;
            }
            assert!(compared >= 15, "{side} {target}: {compared}");
        }
    }
    assert_eq!(departed, 1);
}

/// The IR of all functions as a test has them.
fn module(found: &Found<'_>, on: &Judged<'_>, side: Side) -> String {
    let symbols: Vec<String> = on
        .side(side)
        .functions
        .iter()
        .map(|function| function.symbol.clone())
        .collect();
    match side {
        Side::C => {
            let source = source::write(&[*on], &symbols, side, |writer, function| {
                writer.function(function)
            });
            let words = filecheck::front_end(found, on.target());
            found.c_ir(&words, &source.unwrap().plain()).unwrap()
        }
        Side::Rust => {
            let source = source::write(&[*on], &symbols, side, rustc_ui::written).unwrap();
            let text = rustc_ui::head(&[], rustc_ui::Library::Core) + &source.plain();
            found
                .rust_ir(on.target(), &rustc_ui::words(found), &text)
                .unwrap()
        }
    }
}

/// Whether a line is one of those that are wanted.
fn fits(wanted: &Line, actual: &Line) -> bool {
    wanted.variadic == actual.variadic
        && wanted.params.len() == actual.params.len()
        && value_fits(&wanted.result, &actual.result)
        && wanted
            .params
            .iter()
            .zip(&actual.params)
            .all(|(wanted, actual)| value_fits(wanted, actual))
}

fn value_fits(wanted: &Value, actual: &Value) -> bool {
    let word = |text: &String| text.split('(').next().unwrap_or_default().to_owned();
    let words = |value: &Value| value.attributes.iter().map(word).collect::<Vec<_>>();
    // What the text does not ask for, compilers may promise.
    let promised = |attribute: &String| !matches!(attribute.as_str(), "signext" | "zeroext");
    let asked: Vec<String> = words(wanted).into_iter().filter(promised).collect();
    let given: Vec<String> = words(actual).into_iter().filter(promised).collect();
    asked == given && type_fits(&wanted.ty, &actual.ty)
}

/// `{ {{i64|ptr}}, i32 }` stands for two types.
fn type_fits(wanted: &str, actual: &str) -> bool {
    let Some((before, rest)) = wanted.split_once("{{") else {
        return wanted == actual;
    };
    let Some((choices, after)) = rest.split_once("}}") else {
        return false;
    };
    choices
        .split('|')
        .any(|choice| type_fits(&format!("{before}{choice}{after}"), actual))
}

#[test]
fn a_line_is_read_with_what_decides_and_nothing_else() {
    let module = "%struct.S = type { i64, %struct.T }\n%struct.T = type { i8 }\n%struct.U = type { i8 }\n\
        define dso_local noundef signext i8 @f(i8 noundef signext range(i8 0, 3) %0, ptr noundef byval(%struct.S) align 8 captures(none) %1, \
        { i64, <2 x float> } %2, ptr noundef nonnull align 4 dereferenceable(4) %p) #0 {\n\
        declare void @g(ptr dead_on_unwind writable sret({ i8, i8 }) align 1, i1 noundef zeroext, ...) #1\n";
    let line = ir::read(module, "f").unwrap();
    assert_eq!(
        line.pattern("f"),
        "define{{.*}} signext {{.*}}i8 @f(i8 {{[^,]*}}signext {{[^%]*}}%{{[^,) ]+}}, \
         ptr {{[^,]*}}byval(%struct.S) align 8 {{[^%]*}}%{{[^,) ]+}}, { i64, <2 x float> } {{[^%]*}}%{{[^,) ]+}}, \
         ptr {{[^%]*}}%{{[^,) ]+}})"
    );
    assert_eq!(
        ir::types(module, &[line]),
        ["%struct.S = type { i64, %struct.T }", "%struct.T = type { i8 }"]
    );
    assert_eq!(
        ir::read(module, "g").unwrap().pattern("g"),
        "declare{{.*}} void @g(ptr {{[^,]*}}sret({ i8, i8 }) align 1{{( [^,)]+)?}}, i1 {{[^,]*}}zeroext{{( [^,)]+)?}}, ...)"
    );
    assert_eq!(ir::read(module, "h"), None);
}

#[test]
fn text_of_a_report_gives_no_orders_in_a_comment() {
    let hostile = "a */ int x; /*\nRUN: rm -rf /\r// CHECK-NOT: b \u{1b}[2J X86: c\\";
    let comment = text::comment(hostile);
    assert_eq!(
        comment,
        "// a */ int x; /* RUN : rm -rf / // CHECK-NOT : b [2J X86 : c/\n"
    );
    let long = text::comment(&"word ".repeat(40));
    assert!(long.lines().count() > 1);
    assert!(
        long.lines()
            .all(|line| line.starts_with("// word") && line.len() <= 80),
        "{long}"
    );
    // What is said of places and files stays as it is.
    let plain = "std::ffi: (rdi:8, xmm0:16) at report.md:12";
    assert_eq!(text::without_orders(plain), plain);
    assert_eq!(
        text::without_orders("f(CHECK: i32, xRUN: u8)"),
        "f(CHECK : i32, xRUN : u8)"
    );
}

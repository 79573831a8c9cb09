//! What `--emit` makes of a report, taken as those take it for whom it is: the tests are run as lit and compiletest run them, and
//! the sources of a state are compiled alone.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use tempfile::TempDir;
use twincall::cache::{Cache, default_cache};
use twincall::events::Events;
use twincall::testing::may_be_left_out;
use twincall::toolchain::sysroot::{self, Extent};
use twincall::toolchain::{CToolchain, RustToolchain, find_c, find_rust};
use twincall_abi::target::Target;

/// A difference in the width of a field and of a result, through registers, memory and a hidden pointer.
const C: &str = "struct pair { int a; long b; };
struct three { float x, y, z; };
struct large { long a, b, c; };
long take(struct pair p, signed char k) { return p.b + k; }
float sum(struct three v, const struct pair *p) { return v.x + v.y + v.z; }
struct large grow(struct large v, unsigned short by) { v.a += by; return v; }
int same(int a) { return a; }
";
const RUST: &str = "#[repr(C)] pub struct Pair { a: i32, b: i32 }
#[repr(C)] pub struct Three { x: f32, y: f32, z: f32 }
#[repr(C)] pub struct Large { a: isize, b: isize, c: isize }
extern \"C\" {
    fn take(p: Pair, k: u8) -> i64;
    fn sum(v: Three, p: *const Pair) -> f32;
    fn grow(v: Large, by: i16) -> Large;
    fn same(a: i32) -> i32;
}
fn main() {}
";

fn main() -> ExitCode {
    let (cache, _) = Cache::open(&default_cache(), true);
    let there = find_c(None, &cache).is_ok_and(|c| file_check(&c).is_file());
    let trial = |name: &str, run: fn(&Tools)| {
        let run = move || {
            run(&Tools::find());
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!there && may_be_left_out())
    };
    let trials = vec![
        trial(
            "a_test_for_llvm_passes_and_notices_another_type",
            a_test_for_llvm_passes_and_notices_another_type,
        ),
        trial(
            "one_target_needs_no_prefix_and_nothing_found_means_all_that_crosses",
            one_target_needs_no_prefix_and_nothing_found_means_all_that_crosses,
        ),
        trial(
            "a_test_for_rustc_passes_and_notices_another_type",
            a_test_for_rustc_passes_and_notices_another_type,
        ),
        trial(
            "a_compiler_that_departs_from_the_text_fails_its_test",
            a_compiler_that_departs_from_the_text_fails_its_test,
        ),
        trial(
            "what_one_language_alone_can_say_is_written_in_it",
            what_one_language_alone_can_say_is_written_in_it,
        ),
        trial(
            "a_state_has_a_session_for_each_side_whose_source_compiles_alone_and_shows_the_places",
            a_state_has_a_session_for_each_side_whose_source_compiles_alone_and_shows_the_places,
        ),
        trial(
            "names_of_a_report_neither_end_a_comment_nor_give_orders",
            names_of_a_report_neither_end_a_comment_nor_give_orders,
        ),
        trial(
            "a_case_of_a_project_is_handed_on_like_a_report",
            a_case_of_a_project_is_handed_on_like_a_report,
        ),
        Trial::test("what_cannot_be_made_is_said_in_one_sentence", || {
            what_cannot_be_made_is_said_in_one_sentence();
            Ok(())
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Where a clang's FileCheck is: it comes with llvm-22-tools, on which the headers of LLVM depend.
fn file_check(c: &CToolchain) -> PathBuf {
    let real = c.clang.canonicalize().unwrap_or_else(|_| c.clang.clone());
    let beside = real.with_file_name("FileCheck");
    match beside.is_file() {
        true => beside,
        false => PathBuf::from(format!("/usr/bin/FileCheck-{}", c.version.0)),
    }
}

struct Tools {
    c: CToolchain,
    rust: RustToolchain,
    file_check: PathBuf,
    folder: TempDir,
    cache: Cache,
}

impl Tools {
    fn find() -> Tools {
        let (cache, _) = Cache::open(&default_cache(), true);
        let c = find_c(None, &cache).unwrap();
        Tools {
            rust: find_rust(None, &cache).unwrap(),
            file_check: file_check(&c),
            c,
            folder: TempDir::new().unwrap(),
            cache,
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn check(&self, input: &Path, test: &Path, prefix: &str) -> Output {
        Command::new(&self.file_check)
            .arg(format!("--input-file={}", input.display()))
            .arg(format!("--check-prefix={prefix}"))
            .arg(test)
            .output()
            .unwrap()
    }

    /// Runs every RUN line of a test for LLVM's tree: which of them pass, by prefix.
    fn lit(&self, text: &str) -> Vec<(String, bool)> {
        let test = self.write("test.c", text);
        let lines = text.lines().filter_map(|line| line.strip_prefix("// RUN: "));
        lines
            .map(|line| {
                let (front_end, check) = line.split_once(" | FileCheck %s").unwrap();
                let words = front_end.strip_prefix("%clang_cc1 ").unwrap().split(' ');
                let words = words.map(|word| {
                    if word == "%s" {
                        test.to_str().unwrap()
                    } else {
                        word
                    }
                });
                let output = Command::new(&self.c.clang)
                    .arg("-cc1")
                    .args(words)
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{text}\n{}", error(&output));
                let ir = self.folder.path().join("test.ll");
                std::fs::write(&ir, &output.stdout).unwrap();
                let prefix = match check.trim() {
                    "" => "CHECK",
                    check => check.strip_prefix("--check-prefix=").unwrap(),
                };
                (prefix.to_owned(), self.check(&ir, &test, prefix).status.success())
            })
            .collect()
    }

    /// The same of a test for rustc's tree, against the stub of `core` that stands here for rustc's own.
    fn compiletest(&self, text: &str) -> Vec<(String, bool)> {
        let test = self.write("test.rs", text);
        let directive = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix("//@"));
            lines
                .filter_map(|line| line.split_once(name))
                .map(|(of, value)| {
                    (
                        of.trim().trim_matches(['[', ']']).to_owned(),
                        value.trim().to_owned(),
                    )
                })
                .collect::<Vec<_>>()
        };
        assert!(text.contains("//@ add-minicore\n"), "{text}");
        let (targets, flags): (Vec<_>, Vec<_>) = directive("compile-flags:")
            .into_iter()
            .partition(|(_, value)| value.starts_with("--target"));
        assert_eq!(directive("needs-llvm-components:").len(), targets.len(), "{text}");
        let edition = directive("edition:").remove(0).1;
        targets
            .into_iter()
            .map(|(revision, target)| {
                let triple = target.split(' ').next_back().unwrap().to_owned();
                let stub = self.folder.path().join(format!("libminicore-{triple}.rlib"));
                let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upstream/minicore.rs");
                let rustc = |flags: &[&str], output: &Path, source: &Path| {
                    let output = Command::new(&self.rust.rustc)
                        .env("RUSTC_BOOTSTRAP", "1")
                        .args(["--edition", &edition, "-Cpanic=abort", "--target", &triple])
                        .args(flags)
                        .arg("-o")
                        .args([output, source])
                        .output()
                        .unwrap();
                    assert!(output.status.success(), "{text}\n{}", error(&output));
                };
                rustc(&["--crate-name", "minicore"], &stub, &source);
                let ir = self.folder.path().join("test.ll");
                let found = format!("minicore={}", stub.display());
                let mut words = vec!["--emit=llvm-ir", "--extern", &found];
                words.extend(flags.iter().flat_map(|(_, flags)| flags.split(' ')));
                rustc(&words, &ir, &test);
                let prefix = if revision.is_empty() {
                    "CHECK".to_owned()
                } else {
                    revision
                };
                let passes = self.check(&ir, &test, &prefix).status.success();
                (prefix, passes)
            })
            .collect()
    }
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn both(native: bool, wasm: bool) -> Vec<(String, bool)> {
    vec![("X86".to_owned(), native), ("WASM32".to_owned(), wasm)]
}

/// What `repro` makes of two parts.
fn emit(c: &str, rust: &str, kind: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.c"), c).unwrap();
    std::fs::write(folder.path().join("b.rs"), rust).unwrap();
    Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(folder.path())
        .args(["repro", "--c", "a.c", "--rust", "b.rs", "--emit", kind])
        .args(arguments)
        .output()
        .unwrap()
}

/// Its text, where it ends with this code.
#[track_caller]
fn emitted(c: &str, rust: &str, kind: &str, code: i32, arguments: &[&str]) -> String {
    let output = emit(c, rust, kind, arguments);
    assert_eq!(output.status.code(), Some(code), "{}", error(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The text with another type in place of one, which is there.
#[track_caller]
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1)
}

fn a_test_for_llvm_passes_and_notices_another_type(tools: &Tools) {
    let text = emitted(C, RUST, "filecheck", 100, &[]);
    assert!(!text.contains("#include"), "{text}");
    // What has no finding is not what is handed on.
    assert!(!text.contains("same"), "{text}");
    assert!(text.contains("(psABI 3.2.3, rules 3 and 4;"), "{text}");
    assert_eq!(tools.lit(&text), both(true, true), "{text}");
    for (from, to, native, wasm) in [
        ("    long b;", "    double b;", false, false),
        ("signed char k", "int k", false, false),
        ("    long c;\n", "", false, false),
        ("long take(", "int take(", false, true),
        ("unsigned short by", "short by", false, false),
    ] {
        let other = changed(&text, from, to);
        assert_eq!(tools.lit(&other), both(native, wasm), "{from}\n{other}");
    }
}

fn one_target_needs_no_prefix_and_nothing_found_means_all_that_crosses(tools: &Tools) {
    let (c, rust) = (
        "int same(int a, long b) { return a; }\n",
        "extern \"C\" { fn same(a: i32, b: i64) -> i32; }\n",
    );
    for (target, native) in [("native", true), ("wasm", false)] {
        let code = if native { 0 } else { 100 };
        let text = emitted(c, rust, "filecheck", code, &["--target", target]);
        assert_eq!(tools.lit(&text), [("CHECK".to_owned(), true)], "{text}");
        let other = changed(&text, "int a", "long long a");
        assert_eq!(tools.lit(&other), [("CHECK".to_owned(), false)], "{other}");
        let text = emitted(c, rust, "rustc-ui", code, &["--target", target]);
        assert!(!text.contains("revisions"), "{text}");
        assert_eq!(tools.compiletest(&text), [("CHECK".to_owned(), true)], "{text}");
    }
}

fn a_test_for_rustc_passes_and_notices_another_type(tools: &Tools) {
    let text = emitted(C, RUST, "rustc-ui", 100, &[]);
    assert!(!text.contains("same"), "{text}");
    assert_eq!(tools.compiletest(&text), both(true, true), "{text}");
    for (from, to, native, wasm) in [
        (
            "pub a: i32,\n    pub b: i32,",
            "pub a: i32,\n    pub b: i64,",
            false,
            true,
        ),
        ("k: u8", "k: i8", false, false),
        ("by: i16", "by: i64", false, false),
        ("-> i64", "-> f64", false, false),
    ] {
        let other = changed(&text, from, to);
        assert_eq!(tools.compiletest(&other), both(native, wasm), "{from}\n{other}");
    }
}

/// rustc passes a union of several scalars of one size by value on wasm, where the Basic C ABI wants an address: the test fails
/// until rustc follows, and passes where it does.
fn a_compiler_that_departs_from_the_text_fails_its_test(tools: &Tools) {
    let c = "union number { int i; unsigned u; };\nint low(union number n, int k) { return n.i + k; }\n";
    let rust = "#[repr(C)] pub union Number { i: i32, u: u32 }\nextern \"C\" { fn low(n: Number, k: i32) -> i32; }\n";
    let text = emitted(c, rust, "filecheck", 100, &[]);
    assert_eq!(tools.lit(&text), both(true, true), "{text}");
    let text = emitted(c, rust, "rustc-ui", 100, &[]);
    assert!(text.contains("departs from it"), "{text}");
    assert_eq!(tools.compiletest(&text), both(true, false), "{text}");
    let follows = changed(&text, "pub u: u32,", "pub u: u32,\n    pub b: [u8; 4],");
    assert_eq!(tools.compiletest(&follows), both(true, true), "{follows}");
}

/// Unions of aggregates, members without names, what only C has, and integers that are as wide as the target is.
fn what_one_language_alone_can_say_is_written_in_it(tools: &Tools) {
    let c = "#include <stddef.h>\n#include <stdint.h>\nstruct point { int32_t x, y; };
union shape { struct point at; uint64_t whole; };
struct flags { unsigned low : 3; unsigned : 0; unsigned high : 5; struct { char tag; union { float f; int i; }; }; };
struct node { struct node *next; void (*done)(struct node *, size_t); };
size_t draw(union shape s, struct node *n, ptrdiff_t by, long last) { return by; }
int mark(struct flags f, int c) { return c; }
__int128 huge(__int128 a, _Complex double z, long double l) { return a; }
int print(const char *format, ...) { return 0; }
struct message { unsigned char tag; union { const char *text; struct { int x; } at; } value; };
int tell(struct message m) { return m.tag; }
";
    let rust = "#[repr(C)] #[derive(Clone, Copy)] pub struct Point { x: i32, y: i32 }
#[repr(C)] pub union Shape { at: Point, whole: u64 }
#[repr(C)] pub struct Node { next: *mut Node, done: Option<unsafe extern \"C\" fn(*mut Node, usize)> }
#[repr(C, u8)] pub enum Message { Nothing, Text(*const i8), At { x: Point } }
#[repr(C)] pub struct Flags { bits: u32, high: u32, tag: i8, rest: f32 }
extern \"C\" {
    fn draw(s: Shape, n: *mut Node, by: isize, last: std::ffi::c_long, more: i32) -> usize;
    fn mark(f: Flags) -> i32;
    fn huge(a: i128) -> i128;
    fn print(format: *const i8, width: i32, ...) -> i32;
    fn tell(m: Message, more: i32) -> i32;
}
";
    let text = emitted(c, rust, "filecheck", 100, &[]);
    for symbol in ["draw", "mark", "huge", "print", "tell"] {
        assert!(text.contains(&format!("@{symbol}(")), "{symbol}\n{text}");
    }
    assert_eq!(tools.lit(&text), both(true, true), "{text}");
    let text = emitted(c, rust, "rustc-ui", 100, &[]);
    for symbol in ["draw", "mark", "huge", "print", "tell"] {
        assert!(text.contains(&format!("@{symbol}(")), "{symbol}\n{text}");
    }
    assert!(text.contains("ManuallyDrop<Point>"), "{text}");
    assert_eq!(tools.compiletest(&text), both(true, true), "{text}");
}

fn a_state_has_a_session_for_each_side_whose_source_compiles_alone_and_shows_the_places(tools: &Tools) {
    let text = emitted(C, RUST, "godbolt", 100, &[]);
    let state: Value = serde_json::from_str(&text).unwrap();
    let sessions = state["sessions"].as_array().unwrap();
    let ids: Vec<&Value> = sessions.iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, [1, 2]);
    let languages: Vec<&Value> = sessions.iter().map(|session| &session["language"]).collect();
    assert_eq!(languages, ["c", "rust"]);
    let id = |session: &Value| session["compilers"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(id(&sessions[0]), format!("cclang{}10", tools.c.version.0));
    let (major, minor, patch) = tools.rust.version;
    assert_eq!(id(&sessions[1]), format!("r{major}{minor}{patch}"));
    let mut assembly = Vec::new();
    for session in sessions {
        let source = session["source"].as_str().unwrap();
        let is_c = session["language"] == "c";
        let file = tools.write(if is_c { "state.c" } else { "state.rs" }, source);
        let compilers = session["compilers"].as_array().unwrap();
        assert_eq!(compilers.len(), Target::ALL.len());
        for (target, compiler) in Target::ALL.into_iter().zip(compilers) {
            let options = compiler["options"].as_str().unwrap();
            assert!(options.contains(target.triple()), "{options}");
            assert!(
                options.contains(if is_c { "-O2" } else { "-Copt-level=2" }),
                "{options}"
            );
            let mut command = match is_c {
                true => Command::new(&tools.c.clang),
                false => Command::new(&tools.rust.rustc),
            };
            match (is_c, target.is_wasm()) {
                (true, false) => command.args(["-S", "-Wall", "-Werror", "-masm=intel"]),
                (true, true) => command.args(["-S", "-Wall", "-Werror"]),
                // As Compiler Explorer does.
                (false, _) => command.args([
                    "--emit",
                    "asm",
                    "-Cllvm-args=--x86-asm-syntax=intel",
                    "--crate-type",
                    "rlib",
                ]),
            };
            if !is_c {
                let libraries =
                    sysroot::prepare(&tools.rust, target, Extent::Std, &tools.cache, &Events::default())
                        .unwrap();
                command.args(
                    libraries
                        .sysroot
                        .iter()
                        .flat_map(|path| [Path::new("--sysroot"), path]),
                );
            }
            let output = command
                .args(options.split(' '))
                .args(["-o", "-"])
                .arg(&file)
                .output()
                .unwrap();
            assert!(output.status.success(), "{source}\n{}", error(&output));
            assembly.push(String::from_utf8(output.stdout).unwrap());
        }
    }
    // C takes the second field of `pair` from rsi, and Rust puts the argument behind it there.
    assert!(
        assembly[0].lines().any(|line| line.contains("+ 8], rsi")),
        "{}",
        assembly[0]
    );
    assert!(
        assembly[2].lines().any(|line| line.contains("esi, byte ptr")),
        "{}",
        assembly[2]
    );
}

fn names_of_a_report_neither_end_a_comment_nor_give_orders(tools: &Tools) {
    let c = "struct RUN { int CHECK; long X86; };\nlong WASM32(struct RUN CHECK, int X86) { return X86; }\n";
    let rust = "#[repr(C)] pub struct RUN { CHECK: i32, X86: i16 }\nextern \"C\" { fn WASM32(CHECK: RUN, X86: i32) -> i64; }\n";
    let text = emitted(c, rust, "filecheck", 100, &[]);
    assert_eq!(text.matches("RUN:").count(), 2, "{text}");
    assert_eq!(tools.lit(&text), both(true, true), "{text}");
    let text = emitted(c, rust, "rustc-ui", 100, &[]);
    assert_eq!(tools.compiletest(&text), both(true, true), "{text}");
    // A symbol may be any text.
    let odd =
        "void f(int) __asm__(\"a*/\\n// RUN: touch x\");\nvoid f(int a) {}\nint g(long a) { return 0; }\n";
    let other =
        "extern \"C\" { #[link_name = \"a*/\\n// RUN: touch x\"] fn f(a: i64);\n fn g(a: i32) -> i32; }\n";
    for kind in ["filecheck", "rustc-ui", "godbolt"] {
        let output = emit(odd, other, kind, &["--target", "native"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains("RUN: touch"), "{text}");
        assert!(
            text.contains("is left out: "),
            "{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(text.contains("`g`") || text.contains("g("), "{text}");
    }
}

fn what_cannot_be_made_is_said_in_one_sentence() {
    let declared = "extern \"C\" { fn f(a: i32) -> i32; }\n";
    for (c, rust, kind, arguments, says) in [
        (
            "extern \"C\" int f(long a) { return 0; }\n",
            declared,
            "filecheck",
            &["--cpp"][..],
            "the C part is C++",
        ),
        (
            "extern \"C\" int f(long a) { return 0; }\n",
            declared,
            "godbolt",
            &["--cpp"],
            "the C part is C++",
        ),
        (
            "int g(int a) { return a; }\n",
            declared,
            "filecheck",
            &[],
            "nothing",
        ),
        (
            "int f();\nint g(void) { return f(1); }\n",
            "#[no_mangle] pub extern \"C\" fn f(a: i32) -> i32 { a }\n",
            "filecheck",
            &[],
            "it has no prototype",
        ),
        (
            "int f(int a) { return a; }\n",
            "#[no_mangle] pub extern \"C\" fn h() {}\nextern \"vectorcall\" { fn f(a: i64) -> i32; }\n",
            "rustc-ui",
            &["--target", "native"],
            "nothing was compared: the two sides share no function",
        ),
    ] {
        let output = emit(c, rust, kind, arguments);
        let errors = error(&output);
        assert!(
            output.stdout.is_empty(),
            "{c}{}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert_eq!(output.status.code(), Some(101), "{errors}");
        let sentences: Vec<&str> = errors
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        assert!(
            matches!(sentences.as_slice(), [one] if one.contains(says)),
            "{c}\n{errors}"
        );
    }
    let output = emit("int f(int a) { return a; }\n", declared, "bugzilla", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error(&output).contains("filecheck, rustc-ui, godbolt"),
        "{}",
        error(&output)
    );
}

fn a_case_of_a_project_is_handed_on_like_a_report(tools: &Tools) {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("c-fixtures/a.c", C),
        (
            "rust-fixtures/a.rs",
            "#[repr(C)] pub struct Pair { a: i32, b: i32 }\nunsafe extern \"C\" { pub fn take(p: Pair, k: u8) -> i64; }\n",
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .args(["show", "a", "--emit", "filecheck", "--root"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(100), "{}", error(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(tools.lit(&text), both(true, true), "{text}");
}

//! What `twincall repro` makes of two files: the answer, the smaller pair, the text to paste, the kept pair, and the program under
//! valgrind.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const PACKET_C: &str = "#include <stdint.h>
#include <stddef.h>
struct inner { uint16_t kind; uint16_t flags; };
struct packet { uint8_t tag; struct inner in; uint32_t length; const char *name; };
struct other { int a; };
int other_use(struct other *o) { return o->a; }
int sum(const struct packet *p, size_t n, int mode, struct other *o) { return (int)p->length + mode + o->a + (int)n; }
";
const PACKET_RUST: &str = "use std::os::raw::*;
#[repr(C)] pub struct Inner { kind: u16, flags: u16 }
#[repr(C, packed)] pub struct Packet { tag: u8, inner: Inner, length: u32, name: *const c_char }
#[repr(C)] pub struct Other { a: c_int }
extern \"C\" {
    fn other_use(o: *mut Other) -> c_int;
    fn sum(p: *const Packet, n: usize, mode: c_int, o: *mut Other) -> c_int;
}
pub fn call() { let mut o = Other { a: 1 }; unsafe { other_use(&mut o); sum(std::ptr::null(), 0, 1, &mut o); } }
";
const NARROW_C: &str = "struct pair { int a; long b; };
long take(struct pair p, signed char k) { return p.b + k; }
";
const NARROW_RUST: &str = "#[repr(C)] pub struct Pair { a: i32, b: i32 }
extern \"C\" { fn take(p: Pair, k: u8) -> i64; }
fn main() { assert_eq!(unsafe { take(Pair { a: 1, b: 2 }, 3) }, 5); }
";

struct Report {
    folder: TempDir,
}

impl Report {
    fn new(c: &str, rust: &str) -> Report {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("a.c"), c).unwrap();
        std::fs::write(folder.path().join("b.rs"), rust).unwrap();
        Report { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn repro(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_twincall"))
            .current_dir(self.folder.path())
            .args(["repro", "--c", "a.c", "--rust", "b.rs"])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Standard output of a run that ends with this code.
    #[track_caller]
    fn says(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.repro(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}\n{errors}");
        text
    }
}

fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["c-fixtures", "rust-fixtures"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    folder
}

fn check(root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_twincall"))
        .args(["check", "--root"])
        .arg(root)
        .output()
        .unwrap()
}

#[test]
fn the_change_that_mends_it_compiles_as_it_is_written() {
    let report = Report::new(PACKET_C, PACKET_RUST);
    let text = report.says(100, &["--target", "native"]);
    let first = text.lines().next().unwrap();
    assert!(
        first.contains("`struct packet` has 24 bytes in C, and `Packet` has 17 bytes in Rust"),
        "{first}"
    );
    let mend: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("to mend it"))
        .skip(1)
        .take_while(|line| line.starts_with("    "))
        .collect();
    // The fields are right, and stay as they are written.
    let changed = mend.last().unwrap().trim();
    assert!(
        changed.starts_with("#[repr(C)] pub struct Packet { tag: u8, inner: Inner"),
        "{mend:?}"
    );
    assert!(mend[0].trim() == "b.rs:3", "{mend:?}");
    let was = PACKET_RUST.lines().nth(2).unwrap();
    let mended = Report::new(PACKET_C, &PACKET_RUST.replace(was, changed));
    let text = mended.says(0, &["--target", "native"]);
    assert!(
        text.starts_with("nothing that crosses the boundary is wrong"),
        "{text}"
    );
}

#[test]
fn a_report_shrinks_to_what_shows_the_same() {
    let report = Report::new(PACKET_C, PACKET_RUST);
    let text = report.says(100, &["--target", "native", "--minimize", "600"]);
    let smaller = text.split("the smaller pair that shows the same").nth(1).unwrap();
    assert!(smaller.starts_with(" ("), "{smaller}");
    assert!(!smaller.contains("time ran out"), "{smaller}");
    // What is left is a packed struct of a byte and something wider, behind the first argument.
    assert!(smaller.contains("void sum(const struct packet *p)"), "{smaller}");
    assert!(smaller.contains("packed"), "{smaller}");
    for gone in ["other", "mode", "flags", "name"] {
        assert!(!smaller.contains(gone), "`{gone}` is still there:\n{smaller}");
    }
}

#[test]
fn the_text_to_paste_has_sources_commands_and_versions() {
    let report = Report::new(NARROW_C, NARROW_RUST);
    let text = report.says(100, &["--target", "native", "--format", "markdown"]);
    for part in [
        "## \\`struct pair\\` has 16 bytes in C, and \\`Pair\\` has 8 bytes in Rust",
        "| layout-size | argument 1 of take | 16 bytes | 8 bytes |",
        "```c\nstruct pair { int a; long b; };",
        "-C link-arg=c.o report.rs -o report\n./report",
        "\nVersions: clang-22",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_kept_report_is_guarded_from_then_on() {
    let report = Report::new(NARROW_C, NARROW_RUST);
    let project = project();
    let root = project.path().to_str().unwrap();
    report.says(100, &["--save", "narrow_field", "--root", root]);
    let kept = project.path().join("c-fixtures/reports/narrow_field.c");
    let text = std::fs::read_to_string(&kept).unwrap();
    assert!(
        text.contains("rule = \"layout-size\", symbol = \"take\", target = \"native\""),
        "{text}"
    );
    for target in ["native", "wasm"] {
        let snapshot = format!("snapshots/reports__narrow_field@{target}.snap");
        assert!(project.path().join(snapshot).is_file());
    }
    let checked = check(project.path());
    assert_eq!(
        checked.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&checked.stdout)
    );
    // Somebody mends the binding: the expectation has to go, and the run says so.
    let binding = project.path().join("rust-fixtures/reports/narrow_field.rs");
    let mended = std::fs::read_to_string(&binding)
        .unwrap()
        .replace("b: i32", "b: i64")
        .replace("k: u8", "k: i8");
    std::fs::write(&binding, mended.replace("b: 2 }", "b: 2i64 }")).unwrap();
    let checked = check(project.path());
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(100), "{text}");
    assert!(text.contains("layout-size"), "{text}");
    // Nothing is written over.
    let again = report.repro(&["--save", "narrow_field", "--root", root]);
    assert_eq!(again.status.code(), Some(101));
    assert!(String::from_utf8_lossy(&again.stderr).contains("which is there already"));
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let report = Report::new(NARROW_C, NARROW_RUST);
    for name in ["../up", "a/b", "", "Name", ".hidden", "-x"] {
        let output = report.repro(&[&format!("--save={name}")]);
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
    assert!(!report.path("c-fixtures").exists());
}

#[test]
fn what_is_no_matter_of_the_boundary_is_shown_as_what_it_is() {
    let c = "#include <stdlib.h>
struct counter { int n; };
struct counter *counter_new(int n) { struct counter *c = malloc(sizeof *c); c->n = n; return c; }
void counter_free(struct counter *c) { free(c); }
int counter_n(const struct counter *c) { return c->n; }
";
    let rust = "#[repr(C)] pub struct Counter { n: i32 }
extern \"C\" {
    fn counter_new(n: i32) -> *mut Counter;
    fn counter_free(c: *mut Counter);
    fn counter_n(c: *const Counter) -> i32;
}
fn main() {
    unsafe {
        let c = counter_new(4);
        counter_free(c);
        println!(\"n = {}\", counter_n(c));
    }
}
";
    let text = Report::new(c, rust).says(0, &["--target", "native"]);
    assert_eq!(
        text.lines().next(),
        Some("not an ABI matter: the program uses memory that was freed in counter_n (a.c:5)"),
        "{text}"
    );
    for part in [
        "counter_free at a.c:4",
        "report::main at b.rs:11",
        "checked: 3 functions",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_part_that_needs_a_c_library_is_not_for_wasm() {
    let c = "#include <string.h>\nint length(const char *s) { return (int)strlen(s); }\n";
    let rust = "extern \"C\" { fn length(s: *const core::ffi::c_char) -> i32; }\n";
    let text = Report::new(c, rust).says(0, &[]);
    assert!(
        text.contains("the C part includes `string.h`, and wasm32-unknown-unknown has no C library"),
        "{text}"
    );
}

#[test]
fn the_grid_names_every_toolchain_and_no_change_where_all_agree() {
    let c = "int twice(int a) { return 2 * a; }\n";
    let rust = "extern \"C\" { fn twice(a: i32) -> i32; }\n";
    let text = Report::new(c, rust).says(0, &["--matrix", "--target", "native"]);
    let grid = text.split("native, Rust calls C").nth(1).unwrap();
    let (grid, legend) = grid.split_once("  · agrees").unwrap();
    for name in ["clang-22", "gcc-12", "rustc-1.96"] {
        assert!(grid.contains(name), "{grid}");
    }
    let marks = grid.lines().filter(|line| line.contains('·'));
    assert!(marks.count() >= 3, "{grid}");
    assert!(
        !grid.contains('≠') && !grid.contains("v ") && !grid.contains("x "),
        "{grid}"
    );
    assert!(!legend.contains("last bad"), "{legend}");
}

#[test]
fn a_mend_is_written_into_the_part_that_it_changes() {
    let report = Report::new(PACKET_C, PACKET_RUST);
    let output = report.repro(&["--target", "native", "--fix"]);
    assert_eq!(output.status.code(), Some(100));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Rust is changed in b.rs"));
    let read = |name: &str| std::fs::read_to_string(report.path(name)).unwrap();
    assert_eq!(read("a.c"), PACKET_C);
    let changed: Vec<(String, &str)> = read("b.rs")
        .lines()
        .map(str::to_owned)
        .zip(PACKET_RUST.lines())
        .filter(|(new, old)| new != old)
        .collect();
    let [(new, _)] = &changed[..] else {
        panic!("one declaration is wrong, and one line changes: {changed:?}")
    };
    assert!(new.starts_with("#[repr(C)] pub struct Packet"), "{new}");
    report.says(0, &["--target", "native", "--fix"]);
}

#[test]
fn a_callback_is_given_what_it_lacks() {
    let c = "#include <stdint.h>\ntypedef int (*logger)(const char *format, ...);\n\
             int run(logger log, uint64_t level) { return log != 0 && level >> 40; }\n";
    let rust = "use std::ffi::*;\n\
                extern \"C\" { fn run(log: Option<unsafe extern \"C\" fn(*const c_char) -> c_int>, level: u32) -> c_int; }\n";
    let text = Report::new(c, rust).says(100, &["--target", "native"]);
    assert!(
        text.contains(
            "fn run(log: Option<unsafe extern \"C\" fn(*const core::ffi::c_char, ...) -> core::ffi::c_int>, level: u64) -> c_int;"
        ),
        "{text}"
    );
}

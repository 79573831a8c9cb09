//! Bug reports in the words and the shape in which people file them, given to the real binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// How a run of the binary ended.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The answer is in the first line.
    #[track_caller]
    fn answers(self, code: i32, parts: &[&str]) -> Run {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        let first = self.stdout.lines().next().unwrap_or_default();
        for part in parts {
            assert!(first.contains(part), "`{part}` is not in: {first}");
        }
        self
    }

    #[track_caller]
    fn says(self, parts: &[&str]) -> Run {
        for part in parts {
            assert!(self.stdout.contains(part), "`{part}` is not in:\n{}", self.stdout);
        }
        self
    }

    #[track_caller]
    fn does_not_say(self, parts: &[&str]) -> Run {
        for part in parts {
            assert!(!self.stdout.contains(part), "`{part}` is in:\n{}", self.stdout);
        }
        self
    }

    #[track_caller]
    fn complains(self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is not in:\n{}", self.stderr);
        }
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reports")
        .join(name)
}

fn twincall(report: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .arg("repro")
        .arg(report)
        .args(arguments)
        .output()
        .unwrap();
    Run::of(output)
}

/// Most of these reports use headers that wasm has not.
fn native(name: &str) -> Run {
    twincall(&path(name), &["--target", "native"])
}

fn standard_input(text: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .args(["repro", "-", "--target", "native"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn no_headers() {
    native("no_headers.md")
        .answers(
            100,
            &["argument 2 of fill_pattern", "c_uint in esi", "size_t in rsi"],
        )
        .says(&[
            "no_headers.md:9\n",
            "no_headers.md:20\n",
            "note: `#include <stddef.h>`, `<stdint.h>`, `<stdio.h>`, `<string.h>` is added to the C part",
            "note: the Rust part uses c_uint without an import, which is added",
            "not applied: the report names rustc 1.63: --toolchain rustc-1.63",
            "not applied: the report names clang 14: --toolchain clang-14",
            "not applied: the report names -O2: -O2",
        ]);
}

#[test]
fn main_in_rust() {
    native("main_in_rust.md")
        .answers(
            100,
            &[
                "`struct sample` has 24 bytes",
                "`Sample` has 11 bytes",
                "result of sensor_read",
            ],
        )
        .says(&[
            "layout-size",
            "main_in_rust.md:15\n",
            "the program at -O0",
            "note: the crate `libc` is replaced by a small module",
        ]);
}

#[test]
fn extern_c_in_cpp() {
    native("extern_c_in_cpp.md")
        .answers(100, &["argument 2 of on_event", "C passes float", "Rust reads f64"])
        .says(&[
            "param-type",
            "note: the C part defines emit_event and declares on_event; the Rust part defines on_event and declares emit_event",
            "not applied: the report names GCC 12: --toolchain gcc-12",
            "not applied: the report names clang 19: --toolchain clang-19",
        ]);
}

#[test]
fn build_script() {
    native("build_script.md")
        .answers(
            100,
            &[
                "result of level_from_name",
                "C returns level_t in eax",
                "Rust expects c_long in rax",
            ],
        )
        .says(&[
            "return-type",
            "note: line 5: a build script is left out",
            "note: line 17: `[build-dependencies]` of a manifest is left out",
            "note: line 17: edition 2021 is applied",
            "not applied: the report names -fshort-enums: c-flags = [\"-fshort-enums\"]",
        ]);
}

#[test]
fn compiler_output() {
    native("compiler_output.md")
        .answers(100, &["checksum: C has 3 parameters, Rust has 2 parameters"])
        .says(&[
            "arity",
            "note: line 5: compiler output is left out",
            "note: line 15: a backtrace is left out",
            "note: line 49: commands are left out",
            "not applied: the report names rustc 1.85: --toolchain rustc-1.85",
        ]);
}

#[test]
fn backtrace_and_declarations() {
    native("backtrace_and_declarations.md")
        .answers(
            100,
            &["argument 3 of decode_frame: Rust passes c_uint in edx, C reads unsigned long in rdx"],
        )
        .says(&[
            "param-type at every level: C 64 bits, Rust 32 bits",
            "note: line 6: a backtrace is left out",
            "note: neither side defines a function that crosses",
        ])
        .does_not_say(&["the program at"]);
}

#[test]
fn use_after_free() {
    native("use_after_free.md")
        .answers(
            0,
            &["not an ABI matter", "memory that was freed", "use_after_free.md:"],
        )
        .does_not_say(&["to mend it, declare", "diverges"]);
}

#[test]
fn unlabelled() {
    twincall(&path("unlabelled.md"), &[])
        .answers(
            100,
            &[
                "`struct point` has 12 bytes",
                "`Point` has 16 bytes",
                "argument 1 of average",
            ],
        )
        .says(&[
            "wasm: diverges",
            "note: line 5: the block has no label and is taken as C",
            "note: line 14: the block has no label and is taken as Rust",
            "note: the statements outside of functions are put in a `fn main`",
        ]);
}

#[test]
fn windows_details() {
    // A checkout must not change what this is about.
    let text = std::fs::read_to_string(path("windows_details.md")).unwrap();
    assert!(text.contains("\r\n"));
    twincall(&path("windows_details.md"), &[])
        .answers(
            100,
            &["argument 1 of toggle", "Rust passes i64", "C reads int32_t"],
        )
        .says(&[
            "windows_details.md:10\n",
            "windows_details.md:21\n",
            "wasm: diverges",
            "not applied: the report names -mavx",
        ]);
}

#[test]
fn several_files() {
    native("several_files.md")
        .answers(100, &["of config_check: C has it at byte", "Rust at byte"])
        .says(&[
            "field-offset",
            "*argument 1.size of config_check: C byte 4, Rust byte 0",
            "several_files.md:37\n",
            "several_files.md:61\n",
            "note: line 81: `-std=gnu11` is applied",
            "note: line 81: `-fplugin=evil.so` is refused",
            "note: line 35: `#include` of `platform.h` is left out",
        ]);
}

#[test]
fn what_does_not_compile_is_told_with_the_lines_of_the_report() {
    standard_input(
        "# Broken\n\n```c\nint f(number_t a);\n```\n\n```rust\nextern \"C\" { fn f(a: i32) -> i32; }\n```\n",
    )
    .answers(101, &["no verdict", "C cannot be read"])
    .says(&[
        "note: report.md:4: unknown type name 'number_t'",
        "note: add to the report what the compiler does not find",
        "note: the C part declares f; the Rust part declares f",
    ]);
    standard_input(
        "# Broken\n\n```c\nint f(int a);\n```\n\n```rust\nextern \"C\" { fn f(a: Number) -> i32; }\n```\n",
    )
    .answers(101, &["no verdict", "Rust does not compile"])
    .says(&["note: report.md:8: cannot find type `Number` in this scope"]);
}

#[test]
fn what_cannot_be_read_is_told() {
    standard_input("It crashes.\n").complains(4, &["the report has no C or Rust code", "```c and ```rust"]);
    standard_input("```rust\nextern \"C\" { fn f(); }\n```\n")
        .complains(4, &["the report has no C code; its Rust declares f", "```c"]);
    standard_input("```c\nvoid f(void);\n```\n")
        .complains(4, &["the report has no Rust code; its C declares f", "```rust"]);
    standard_input("```c\nvoid f(void);\n```\n```rust\nfn f( {\n```\n")
        .complains(101, &["no Rust at line 5", "is not closed"]);
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.md");
    std::fs::File::create(&long).unwrap().set_len(50 << 20).unwrap();
    twincall(&long, &[]).complains(101, &["more than 4194304 bytes"]);
    twincall(&folder.path().join("gone.md"), &[]).complains(2, &["read `", "gone.md`"]);
    twincall(&long, &["--c", "a.c", "--rust", "a.rs"]).complains(2, &["cannot be used with"]);
}

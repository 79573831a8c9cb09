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
    .answers(101, &["f is not compared: its C declaration is left out, since it uses `number_t`, which the report does not define"])
    .says(&[
        "note: report.md:4: `f` is left out of the C part: it uses `number_t`",
        "note: add to the report what the compiler does not find",
        "note: the C part declares f; the Rust part declares f",
    ]);
    standard_input(
        "# Broken\n\n```c\nint f(int a);\n```\n\n```rust\nextern \"C\" { fn f(a: Number) -> i32; }\n```\n",
    )
    .answers(101, &["f is not compared: its Rust declaration is left out, since it uses `Number`"])
    .says(&["note: report.md:8: `f` is left out of the Rust part: it uses `Number`, which the report does not define"]);
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

#[test]
fn a_declaration_whose_header_nobody_has_takes_no_other_with_it() {
    native("vendor_header.md")
        .answers(
            100,
            &[
                "frob is not compared: its C declaration is left out, since it uses `widget`, which the report does not define",
                "`struct point` has 8 bytes in C, and `Point` has 16 bytes in Rust",
            ],
        )
        .says(&[
            "vendor_header.md:6: `#include` of `vendor/widget.h` is left out",
            "`frob` is left out of the C part",
            "`raise` is left out of the Rust part: it uses `Level`",
        ])
        .does_not_say(&["symbol-missing at frob", "symbol-missing at raise"]);
    // What the report is about is not acquitted with the rest.
    let text = std::fs::read_to_string(path("vendor_header.md")).unwrap();
    let right = text.replace("pub y: i64", "pub y: i32");
    standard_input(&right)
        .answers(
            101,
            &[
                "frob is not compared",
                "nothing else that crosses the boundary is wrong",
            ],
        )
        .says(&[
            "how sure: not known: what the report is about was not compared",
            "checked: 2 functions: area, norm",
        ]);
}

#[test]
fn what_was_pasted_into_the_code_is_no_part_of_it() {
    native("pasted_session.md")
        .answers(
            100,
            &["argument 2 of clamp: Rust passes c_int in esi, C reads long in rsi"],
        )
        .says(&[
            "pasted_session.md:15\n",
            "pasted_session.md:37\n",
            "note: lines 20 to 21: commands and what they print",
            "note: lines 22 to 24: a debugger's session",
            "note: lines 45 to 49: compiler output",
            "note: line 5: the block is taken as the `levels.h` that another includes",
            "note: `clamp` is `static` in C",
            "the program at -O0",
        ]);
}

/// The text between `to mend it` and the empty line behind it.
fn mend(run: &Run) -> String {
    let lines = run
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("to mend it"));
    lines
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_parameter_too_many_and_a_narrow_result_are_both_mended_and_types_keep_their_names() {
    let run = native("extra_argument.md").answers(
        100,
        &["wrapping_function_create: C has 4 parameters, Rust has 5 parameters"],
    );
    let second = run.stdout.lines().nth(1).unwrap();
    assert_eq!(
        second,
        "and result of origin_length: C returns size_t in rax, Rust expects u32 in eax"
    );
    let mend = mend(&run);
    assert!(
        mend.starts_with("to mend it, change in Rust, with which the report conforms on native:"),
        "{mend}"
    );
    assert!(
        mend.contains("name: *const c_char, f: Option<HostFn>, wrapped: EncodedValue) -> EncodedValue;"),
        "{mend}"
    );
    assert!(
        mend.contains("fn origin_length(s: *const c_char) -> usize;"),
        "{mend}"
    );
    assert!(
        mend.contains("it breaks extra_argument.md:46: this function takes 4 arguments"),
        "{mend}"
    );
}

#[test]
fn a_library_that_the_report_itself_is_is_not_looked_for() {
    let run = native("quad_wrapper.md").answers(
        100,
        &["argument 1 of f64_to_f128: Rust passes *const f64 in rdi, C reads double in xmm0"],
    );
    assert!(
        mend(&run).contains("pub fn f64_to_f128(num: f64) -> F128;"),
        "{}",
        run.stdout
    );
    run.says(&["`#[link(name = \"F128\")]` is left out: the report has what it names"]);
}

#[test]
fn a_setter_that_writes_another_bit_is_told_although_the_layouts_agree() {
    let run = twincall(&path("bindgen_bit_index.md"), &[]).answers(
        100,
        &["the layouts agree, but fields::set_no_buffering in Rust writes bit 3 of byte 4, where C has `log_level`"],
    );
    run.says(&[
        "C has `no_buffering` in bit 4 of byte 4",
        "native: diverges",
        "wasm: diverges",
    ]);
    // The same with the bit that C has is right.
    let text = std::fs::read_to_string(path("bindgen_bit_index.md")).unwrap();
    standard_input(
        &text
            .replace("(1 << 3)", "(1 << 4)")
            .replace("& 1) << 3", "& 1) << 4"),
    )
    .answers(0, &["nothing that crosses the boundary is wrong"]);
}

#[test]
fn a_class_with_a_destructor_comes_back_through_an_address_that_rust_has_to_pass() {
    let run = native("class_with_destructor.md").answers(
        100,
        &["result of create_foo: C returns Foo as 4 bytes behind a pointer in rdi, Rust expects Foo in eax"],
    );
    assert!(
        mend(&run).contains("pub fn create_foo(result: *mut Foo, x: ::std::os::raw::c_int);"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_packed_struct_keeps_its_fields() {
    let run = native("epoll_event.md").answers(100, &["12 bytes in C", "16 bytes in Rust"]);
    let mend = mend(&run);
    assert!(mend.contains("#[repr(C, packed)]"), "{mend}");
    assert!(mend.contains("pub u64: u64,"), "{mend}");
    assert!(mend.contains("it breaks epoll_event.md:33: "), "{mend}");
}

#[test]
fn one_type_mends_both_functions_that_return_it() {
    let run = twincall(&path("union_result_wasm.md"), &[]).answers(
        100,
        &["result of get_objrock_fileref: Rust returns DispatchRockPtr in result 0"],
    );
    assert!(
        run.stdout
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("and result of get_objrock: "),
        "{}",
        run.stdout
    );
    let mend = mend(&run);
    assert!(
        mend.starts_with("to mend it, change in Rust, with which the report conforms on native and wasm:"),
        "{mend}"
    );
    assert!(mend.contains("pub union DispatchRockPtr {"), "{mend}");
    assert!(
        mend.contains("_bytes: [u8; core::mem::size_of::<*const c_void>()],"),
        "{mend}"
    );
}

#[test]
fn what_bindgen_wrote_is_written_anew_by_bindgen() {
    let run =
        twincall(&path("bitfield_then_fam.md"), &[]).answers(100, &["8 bytes in C", "16 bytes in Rust"]);
    assert_eq!(
        mend(&run),
        "to mend it, have a newer bindgen generate it again, or give it `--opaque-type node_t`, which keeps size and alignment"
    );
}

#[test]
fn a_binding_in_c_is_mended_in_c_and_keeps_the_type_of_its_callback() {
    let run = twincall(&path("callback_extra_out.md"), &[]).answers(
        100,
        &["ffi_init_callback: C has 2 parameters, Rust has 1 parameter"],
    );
    let mend = mend(&run);
    assert!(mend.starts_with("to mend it, change in C, "), "{mend}");
    assert!(
        mend.contains("void ffi_init_callback(ForeignCallback cb);"),
        "{mend}"
    );
    assert!(
        mend.contains("it breaks callback_extra_out.md:16: too many arguments"),
        "{mend}"
    );
}

#[test]
fn bindgen_output_with_padding_and_an_attribute_is_right() {
    twincall(&path("bindgen_padding.md"), &[])
        .answers(0, &["nothing that crosses the boundary is wrong"])
        .says(&["native: conforms", "wasm: conforms"]);
}

#[test]
fn a_macro_in_a_type_is_expanded() {
    twincall(&path("macro_in_a_type.md"), &[])
        .answers(0, &["nothing that crosses the boundary is wrong"])
        .says(&["checked: 1 function: sum"]);
}

#[test]
fn a_result_of_c_void_is_a_byte_where_c_has_none() {
    let run = twincall(&path("foreign_c_void_result.md"), &[]).answers(
        100,
        &["result of release: C returns nothing, Rust expects c_void in result 0"],
    );
    assert!(
        mend(&run).contains("pub fn release(list: *mut *mut c_char);"),
        "{}",
        run.stdout
    );
    run.does_not_say(&["at result of add"]);
}

#[test]
fn a_string_that_was_freed_is_no_matter_of_the_boundary() {
    let run = native("dangling_cstring.md").answers(
        0,
        &["not an ABI matter: the program uses memory that was freed in name_matches (dangling_cstring.md:9)"],
    );
    run.says(&[
        "native: conforms",
        "the program at -O0 fails by its own check: assertion `left == right` failed",
    ])
    .does_not_say(&["diverges"]);
}

/// A report whose Rust `main` has this body, beside a C function that is declared rightly.
fn program(body: &str) -> Run {
    standard_input(&format!(
        "# A program\n\n```c\n#include <stdlib.h>\nint twice(int x) {{ return 2 * x; }}\nvoid leave(int status) {{ exit(status); }}\n```\n\n\
         ```rust\nextern \"C\" {{ fn twice(x: i32) -> i32; fn leave(status: i32); }}\nfn main() {{\n{body}\n}}\n```\n"
    ))
}

/// The program's end is told, in the first line where it is remarkable, and finds nothing.
#[track_caller]
fn ends(body: &str, first: &str, told: &str) {
    let run = program(body)
        .answers(0, &[first])
        .says(&["native: conforms", told]);
    run.does_not_say(&["diverges"]);
}

const NOTHING: &str = "nothing that crosses the boundary is wrong";

#[test]
fn a_program_that_exits_is_no_finding() {
    ends(
        "unsafe { twice(1); } std::process::exit(0)",
        NOTHING,
        "the program at -O0 exits by itself: the process exited with status 0",
    );
    ends(
        "unsafe { leave(3) }",
        NOTHING,
        "the program at -O0 exits by itself: the process exited with status 3",
    );
}

#[test]
fn an_assertion_that_fails_is_the_symptom_and_no_finding() {
    ends(
        "assert_eq!(unsafe { twice(2) }, 5, \"off by one\");",
        "nothing that crosses the boundary is wrong; the program fails by its own check: assertion `left == right` failed: off by one; left: 4; right: 5 (report.md:12)",
        "the program at -O2 fails by its own check",
    );
}

#[test]
fn memory_that_we_do_not_give_is_our_limit() {
    ends(
        "let mut all: Vec<Vec<u8>> = Vec::new(); loop { all.push(vec![1; 1 << 26]); }",
        "nothing that crosses the boundary is wrong; the program was stopped at a limit of ours: it asked for more memory",
        "the program at -O2 was stopped at a limit of ours",
    );
}

#[test]
fn a_death_that_nothing_explains_is_not_known() {
    program("unsafe { twice(1); std::arch::asm!(\"ud2\") }")
        .answers(101, &["not known: the program ends in SIGILL"])
        .says(&["native: conforms"]);
}

#[test]
fn where_nothing_was_compared_nothing_is_acquitted() {
    standard_input(
        "```c\nint one(void) { return 1; }\n```\n```rust\nextern \"C\" { fn other() -> i32; }\n```\n",
    )
    .answers(101, &["nothing was compared: "])
    .says(&["how sure: not known: nothing was compared, and nothing is acquitted"]);
}

//! `explain` and `layout` as a person uses them: the real binary, its text, its JSON and its drawings.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

#[path = "explain/corpus.rs"]
mod corpus;

/// How a run of the binary ended.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs `twincall` on the project that this crate is part of.
fn twincall(arguments: &[&str]) -> Run {
    twincall_reading(arguments, b"")
}

/// The same with something on standard input.
fn twincall_reading(arguments: &[&str], input: &[u8]) -> Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut child = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    #[track_caller]
    fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, texts: &[&str]) -> Run {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "`{text}` is missing:\n{}",
                self.stdout
            );
        }
        self
    }

    #[track_caller]
    fn complains(self, texts: &[&str]) -> Run {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "`{text}` is missing:\n{}",
                self.stderr
            );
        }
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// The slots of every argument and the result of the first function on one target, in words.
#[track_caller]
fn slots(arguments: &[&str], target: &str) -> Vec<String> {
    let mut all = vec!["explain"];
    all.extend(arguments);
    all.extend(["--target", target, "--format", "json"]);
    let json = twincall(&all).exits(0).json();
    let answer = &json["functions"][0]["targets"][0]["sides"][0]["answer"];
    let view = answer.get("settled").unwrap_or(&answer["ambiguous"][0]["view"]);
    let rows = view["arguments"]
        .as_array()
        .unwrap()
        .iter()
        .chain([&view["result"]]);
    rows.map(|row| {
        let words = row["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| slot["words"].as_str().unwrap());
        words.collect::<Vec<_>>().join(" ")
    })
    .collect()
}

const MIXED: &str = "double f(struct { float a, b, c; } v, _Bool b, ...)";

#[test]
fn a_struct_a_bool_and_unnamed_arguments_on_both_targets() {
    let unnamed = ["--unnamed", "int, float"];
    let arguments = [MIXED, unnamed[0], unnamed[1]];
    assert_eq!(
        slots(&arguments, "native"),
        ["xmm0:8 xmm1:4", "rdi:1", "rsi:4", "xmm2:8", "xmm0:8"]
    );
    assert_eq!(
        slots(&arguments, "wasm"),
        [
            "param 0 -> 12 bytes",
            "param 1:1",
            "buffer[0]:4",
            "buffer[8]:8",
            "result 0:8"
        ]
    );
    twincall(&["explain", MIXED]).exits(0).says(&[
        "double f(struct { float a, b, c; } v, _Bool b, ...)\n",
        "1 v: struct { float a, b, c; }  12/4        SSE SSE  xmm0:8 xmm1:4",
        "al: at least 2",
        "psABI 3.2.3, passing (2): INTEGER takes the next of rdi",
        "function type: (param i32 i32 i32) (result f64)",
        "`--unnamed 'int, double'`",
    ]);
}

#[test]
fn arguments_that_do_not_fit_go_to_the_stack_whole() {
    let text = "int f(int a, int b, int c, int d, int e, struct { long x, y; } s, int g, __int128 h)";
    let native = slots(&[text], "native");
    assert_eq!(
        native[5..],
        ["[rsp+8]:16", "r9:4", "[rsp+24]:8 [rsp+32]:8", "rax:4"]
    );
    twincall(&["explain", text, "--target", "native"])
        .exits(0)
        .says(&[
            "stack: 32 bytes of arguments, aligned to 16 before the call",
            "[rsp+24]  [rsp+16]         │ argument 8 h, 16 bytes",
            "[rsp+8]   [rsp]            │ argument 6 s, 16 bytes",
            "[rsp]     [rsp-8]          │ return address, 8 bytes",
        ]);
    let odd = "void f(long a, long b, long c, long d, long e, long f, long g, __int128 h)";
    assert_eq!(
        slots(&[odd], "native")[6..8],
        ["[rsp+8]:8", "[rsp+24]:8 [rsp+32]:8"]
    );
    twincall(&["explain", odd, "--target", "native"])
        .exits(0)
        .says(&["·· padding, 8 bytes"]);
}

#[test]
fn a_large_result_has_a_hidden_pointer() {
    let text = "struct big { long a[3]; }; struct big f(const char *s);";
    assert_eq!(slots(&[text], "native"), ["rsi:8", "rdi -> 24 bytes"]);
    assert_eq!(slots(&[text], "wasm"), ["param 1:4", "param 0 -> 12 bytes"]);
    twincall(&["explain", text])
        .exits(0)
        .says(&["written to the address in rdi, which the callee returns in rax"]);
}

#[test]
fn readings_of_an_unclear_text_stand_side_by_side() {
    let text = "float f(struct { unsigned : 31; float f; } v)";
    twincall(&["explain", text, "--target", "native"])
        .exits(0)
        .says(&[
            "ambiguous: gcc and clang read the text differently",
            "as gcc reads psABI 3.2.3, unnamed bit-fields",
            "as clang reads psABI 3.2.3, unnamed bit-fields",
            "rdi:8",
            "xmm0:8",
        ]);
}

#[test]
fn what_is_not_covered_says_why() {
    let run = twincall(&["explain", "--rust", "struct A { x: u8 } extern \"C\" fn f(a: A)"]);
    run.exits(101)
        .says(&["not covered: argument 1 `a`: Rust's own layout is not specified"]);
}

#[test]
fn a_rust_function_needs_no_body() {
    let text = "#[repr(C)] struct Vec3 { x: f32, y: f32, z: f32 } extern \"C\" fn f(v: Vec3, n: i16) -> f32";
    assert_eq!(
        slots(&["--rust", text], "native"),
        ["xmm0:8 xmm1:4", "rdi:2", "xmm0:4"]
    );
    assert_eq!(
        slots(&["--rust", text], "wasm"),
        ["param 0 -> 12 bytes", "param 1:2", "result 0:4"]
    );
}

#[test]
fn compilers_stand_beside_the_text() {
    let text = "void f(struct { float a, b, c; } v, short s)";
    let run = twincall(&["explain", text, "--compilers", "--target", "native"]).exits(0);
    run.says(&["the written ABI", "clang-", "rustc-", "same, sext"]);
    let json = twincall(&[
        "explain",
        text,
        "--compilers",
        "--target",
        "native",
        "--format",
        "json",
    ])
    .json();
    let compilers = json["functions"][0]["targets"][0]["compilers"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        compilers
            .iter()
            .any(|column| column["side"] == "c" && column["attributed"] == true)
    );
    assert!(
        compilers
            .iter()
            .any(|column| column["side"] == "rust" && column["attributed"] == true)
    );
}

#[test]
fn a_case_shows_both_sides_and_where_they_part() {
    let native = ["--target", "native"];
    let case = |name: &str, symbol: &str| twincall(&["explain", name, symbol, native[0], native[1]]);
    case("struct/three_floats", "vec3_z").exits(0).says(&[
        "C and Rust alike",
        "float vec3_z(struct vec3 v)",
        "xmm0:8 xmm1:4",
    ]);
    case("broken/arg_location", "number_of")
        .exits(0)
        .says(&["side by side", "xmm0:8 rdi:8  ≠  rdi:8 rsi:8"]);
    case("struct/three_floats", "vec3_x")
        .exits(2)
        .complains(&["did you mean `vec3_z`?"]);
    twincall(&["explain", "struct/three_float"])
        .exits(4)
        .complains(&["did you mean `struct/three_floats`?"]);
}

#[test]
fn a_rule_comes_with_its_example() {
    twincall(&["explain", "arg-location", "--target", "native"])
        .exits(0)
        .says(&[
            "An argument lives in another register",
            "source: psABI 3.2.3",
            "example: broken/arg_location",
            "struct sample { double value;",
            "pub struct Sample {",
            "found on native: arg-location at argument 1: C xmm0:8 rdi:8, Rust rdi:8 rsi:8",
        ]);
    twincall(&["explain", "arg-locatoin"])
        .exits(2)
        .complains(&["did you mean `arg-location`?"]);
}

#[test]
fn errors_are_the_compilers_and_about_the_text() {
    twincall(&["explain", "#define X int\nint f(struct { X a } v"])
        .exits(2)
        .complains(&["text:2:23: error: expected ')'", "int f(struct { X a } v"]);
    twincall(&["layout", "struct { nothing a; }"])
        .exits(2)
        .complains(&["text:1:10: error", "'nothing'"]);
    twincall(&["explain", "--rust", "extern \"C\" fn f(v u8)"])
        .exits(2)
        .complains(&["--> text:1:", "expected"]);
    twincall(&["explain", "int x;"])
        .exits(2)
        .complains(&["declares no function"]);
    twincall(&["explain", "int f(int, ...)", "--unnamed", "int,"])
        .exits(2)
        .complains(&["--unnamed:1"]);
    for odd in [
        "(",
        "{",
        "struct {",
        "int f(int",
        "/*",
        "\"(",
        "#if (",
        "é (",
        "((((((((((",
    ] {
        twincall(&["explain", odd]).exits(2);
        twincall(&["layout", odd]).exits(2);
    }
}

#[test]
fn a_header_that_one_target_lacks_hides_only_that_target() {
    let text = "#include <nowhere.h>\nint f(int);";
    twincall(&["explain", text]).exits(2).complains(&["nowhere.h"]);
    let text = "#ifdef __wasm__\n#include <nowhere.h>\n#endif\nint f(int);";
    twincall(&["explain", text])
        .exits(0)
        .says(&["not on wasm: ", "rdi:4"]);
}

#[test]
fn types_are_drawn_byte_by_byte() {
    twincall(&["layout", "struct { char a; int b; }", "--target", "native"])
        .exits(0)
        .says(&[
            "8 bytes, align 4, 3 bytes of padding",
            "   0 │ a  │ ··   ··   ·· │         b         │",
        ]);
    twincall(&["layout", "struct flags { unsigned c : 3, d : 5, e : 9; };"])
        .exits(0)
        .says(&[
            "bits of byte 0: 7│      d       │   c    │0",
            "bits of byte 2: 7│         ··         │e │0",
            "0:3 d  5 bits",
        ]);
    twincall(&["layout", "struct {}"])
        .exits(0)
        .says(&["0 bytes, align 1, no padding"]);
    twincall(&["layout", "union u { int i; double d; };"])
        .exits(0)
        .says(&["   or\n"]);
    twincall(&["layout", "--rust", "#[repr(C)] struct A { a: u8, b: u16 }"])
        .exits(0)
        .says(&["Rust, native and wasm", "4 bytes, align 2, 1 byte of padding"]);
}

#[test]
fn types_across_targets() {
    let text = "struct s { char a; long b; }; struct t { int a; }; struct p { char *p; };";
    twincall(&["layout", text, "--across", "native,wasm"])
        .exits(0)
        .says(&[
            "across native and wasm: `b` is 8 bytes wide on native and 4 bytes on wasm",
            "integer of fixed width",
            "across native and wasm: same",
            "an address means nothing in the other memory",
        ]);
    twincall(&["layout", text, "--across", "native"])
        .exits(2)
        .complains(&["native,wasm"]);
}

#[test]
fn a_cases_types_are_the_compilers() {
    twincall(&["layout", "broken/field_offset", "--target", "native"])
        .exits(0)
        .says(&[
            "C, native, by clang-",
            "Rust, native, by rustc-",
            "2 moved  1 byte",
            "1 moved  1 byte",
        ]);
}

#[test]
fn json_says_what_the_text_says() {
    let json = twincall(&["layout", "struct { char a; int b : 3; }", "--format", "json"])
        .exits(0)
        .json();
    let drawing = &json["types"][0]["drawings"][0];
    assert_eq!(json["schema_version"], 1);
    assert_eq!(
        (&drawing["size"], &drawing["padding_bits"]),
        (&4.into(), &21.into())
    );
    assert_eq!(drawing["fields"][1]["offset_bits"], 8);
    assert_eq!(drawing["fields"][1]["width_bits"], 3);
    let json = twincall(&[
        "explain",
        "arg-location",
        "--format",
        "json",
        "--target",
        "native",
    ])
    .exits(0)
    .json();
    assert_eq!(
        (&json["rule"], &json["axis"]),
        (&"arg-location".into(), &"location".into())
    );
    let json = twincall(&["explain", MIXED, "--format", "json"]).exits(0).json();
    let target = &json["functions"][0]["targets"][1];
    assert_eq!(target["target"], "wasm32-unknown-unknown");
    assert_eq!(
        target["sides"][0]["answer"]["settled"]["wasm_type"],
        "(param i32 i32 i32) (result f64)"
    );
}

#[test]
fn drawings_are_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drawing.svg");
    let path = file.to_str().unwrap();
    let big = "struct s { long a[3]; } ; void f(struct s a, struct { char x; __int128 y; } b, int c, ...)";
    twincall(&["explain", big, "--unnamed", "char *, double", "--svg", path]).exits(0);
    let svg = fs::read_to_string(&file).unwrap();
    assert_well_formed(&svg);
    assert!(
        svg.contains("argument 1 a, 24 bytes") && svg.contains("[rsp+8]"),
        "{svg}"
    );
    let text = "struct s { unsigned a : 3, b : 7; union { int i; double d[100]; } u; char *p; };";
    twincall(&["layout", text, "--svg", path]).exits(0);
    let svg = fs::read_to_string(&file).unwrap();
    assert_well_formed(&svg);
    assert!(svg.contains("url(#padding)"), "{svg}");
    twincall(&["layout", text, "--svg", "/nowhere/a.svg"])
        .exits(101)
        .complains(&["cannot write `/nowhere/a.svg`"]);
}

/// Every tag is closed in its order, and no `<` or `&` stands bare.
#[track_caller]
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        for (at, _) in text.match_indices('&') {
            let entity = &text[at..];
            assert!(
                ["&lt;", "&gt;", "&amp;", "&quot;"]
                    .iter()
                    .any(|known| entity.starts_with(known)),
                "{entity}"
            );
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        match (tag.starts_with('?'), tag.starts_with('/'), tag.ends_with('/')) {
            (true, ..) | (_, _, true) => {}
            (_, true, _) => assert_eq!(open.pop(), Some(name), "{tag}"),
            _ => open.push(name),
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?}");
}

#[test]
fn show_lists_what_a_fixtures_own_calls_passed() {
    twincall(&["show", "link/missing_argument", "--target", "native"])
        .exits(0)
        .says(&[
            "first disagreement: call 1 of `combine` during `graffiti` at -O0 (rust->c): argument 2: ",
            "calls across during graffiti at -O0",
            "1. rust->c combine",
            "  argument 1 (u32): edi = 0x",
            "! argument 2: rustc-1.96 wrote nothing, clang-22 reads esi = ",
        ]);
    let shown = twincall(&["show", "broken/callee_saved", "--target", "native"])
        .exits(0)
        .says(&[
            "2. rust->c c_declares\n",
            "3. rust->c c_forgets   does not give back rbx\n",
            "not watched: `c_restores`: calls through the pointers that it takes",
        ]);
    assert!(!shown.stdout.contains("first disagreement"), "{}", shown.stdout);
}

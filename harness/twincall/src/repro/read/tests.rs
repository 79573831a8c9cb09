use super::*;

mod hints;
mod hostile;
mod written;

fn reading(text: &str) -> Reading {
    read("report.md", text).unwrap_or_else(|error| panic!("{error}\n---\n{text}"))
}

/// Fences are written as `'''`, so that a table of reports stays readable.
fn report(text: &str) -> Reading {
    reading(&text.replace("'''", "```"))
}

fn refused(text: &str) -> ReadError {
    read("report.md", &text.replace("'''", "```")).unwrap_err()
}

/// The line of the report that a line of the source with this text is known by.
fn place(source: &crate::repro::pair::Source, text: &str) -> u32 {
    let at = source
        .text
        .lines()
        .position(|line| line.contains(text))
        .unwrap_or_else(|| panic!("no `{text}` in\n{}", source.text));
    source.lines[at]
        .as_ref()
        .unwrap_or_else(|| panic!("`{text}` has no place"))
        .1
}

fn noted(reading: &Reading, part: &str) -> bool {
    reading.notes.iter().any(|note| note.contains(part))
}

const C: &str = "'''c\nint f(int a) { return a; }\n'''\n";
const RUST: &str = "'''rust\nextern \"C\" { fn f(a: i32) -> i32; }\n'''\n";

#[test]
fn labels_name_the_language() {
    for (label, cpp) in [
        ("c", false),
        ("C", false),
        ("c,ignore", false),
        ("c src/foo.c", false),
        ("c title=\"foo.c\"", false),
        ("c:foo.c", false),
        ("{.c .numberLines}", false),
        ("foo.c", false),
        ("h", false),
        ("cpp", true),
        ("c++", true),
        ("cc", true),
        ("CPP", true),
    ] {
        for rust_label in [
            "rust",
            "rs",
            "Rust",
            "rust,no_run",
            "rust no_run",
            "{.rust}",
            "src/lib.rs",
            "rust:src/lib.rs",
        ] {
            let text = format!(
                "'''{label}\nint f(int a);\n'''\n\n'''{rust_label}\nextern \"C\" {{ fn f(a: i64); }}\n'''\n"
            );
            let reading = report(&text);
            assert_eq!(reading.sources.cpp, cpp, "{label}");
            assert!(
                reading.sources.c.text.contains("int f(int a);"),
                "{label} {rust_label}"
            );
            assert!(
                reading.sources.rust.text.contains("fn f(a: i64)"),
                "{label} {rust_label}"
            );
            assert!(!noted(&reading, "is taken as"), "{:?}", reading.notes);
        }
    }
}

#[test]
fn rustdoc_extras_set_the_edition_and_hidden_lines_are_code() {
    let reading = report(&format!(
        "{C}'''rust,edition2018\n# struct Hidden;\n#\nextern \"C\" {{ fn f(a: i32); }}\n'''\n"
    ));
    assert_eq!(reading.sources.edition, Some(crate::directive::Edition::E2018));
    assert!(reading.sources.rust.text.starts_with("struct Hidden;\n\n"));
}

#[test]
fn blocks_of_one_language_are_joined_and_keep_their_lines() {
    let text = "# t\n\n'''c\nint f(int a);\n'''\n\n'''rust\nextern \"C\" {\n  fn f(a: i32);\n}\n'''\n\n'''c\nint g(int a);\n'''\n";
    let reading = report(text);
    let c = &reading.sources.c;
    assert_eq!((place(c, "int f"), place(c, "int g")), (4, 14));
    assert_eq!(place(&reading.sources.rust, "fn f"), 9);
    assert_eq!(c.lines[0], Some(("report.md".to_owned(), 4)));
}

#[test]
fn lines_stay_known_in_quotes_lists_and_indented_code() {
    let text = "text\n\n    int f(int a)\n    {\n        return a;\n    }\n\n> 1. see\n>\n>    '''rust\n>    extern \"C\" {\n>\n>        fn f(a: u8) -> i32;\n>    }\n>    '''\n";
    let reading = report(text);
    assert_eq!(place(&reading.sources.c, "int f"), 3);
    assert!(reading.sources.c.text.contains("\n    return a;\n"));
    assert_eq!(place(&reading.sources.rust, "fn f(a: u8)"), 13);
}

#[test]
fn names_of_files_are_found() {
    for header in [
        "`foo.h`:\n\n'''c",
        "**foo.h**\n'''c",
        "### foo.h\n\n'''c",
        "In `include/foo.h`:\n\n'''c",
        "'''c include/foo.h",
        "'''h title=\"foo.h\"",
        "'''c:foo.h",
        "'''c\n// foo.h",
        "'''c\n/* --- foo.h --- */",
        "<details><summary>foo.h</summary>\n\n'''c",
    ] {
        let text = format!(
            "{header}\ntypedef int number;\n'''\n\n'''c\n#include \"foo.h\"\nnumber f(number a) {{ return a; }}\n'''\n\n{RUST}"
        );
        let reading = report(&text);
        let c = &reading.sources.c.text;
        let (header_at, body_at) = (c.find("typedef int number"), c.find("number f("));
        assert!(header_at.is_some() && header_at < body_at, "{header}: {c}");
        assert!(!c.contains("#include \"foo.h\""), "{header}: {c}");
        assert!(!noted(&reading, "does not show"), "{header}: {:?}", reading.notes);
    }
}

#[test]
fn a_sentence_that_mentions_a_file_is_no_name() {
    let text =
        format!("I do not think `foo.h` matters here since nobody ever included it, but still\n{C}{RUST}");
    assert!(report(&text).sources.c.text.contains("int f(int a)"));
}

#[test]
fn one_block_may_hold_several_files() {
    let text = "'''\n// foo.h\ntypedef int number;\n// foo.c\n#include \"foo.h\"\nnumber f(number a) { return a; }\n// main.rs\nextern \"C\" { fn f(a: u8) -> i32; }\n'''\n";
    let reading = report(text);
    assert!(
        reading
            .sources
            .c
            .text
            .contains("typedef int number;\nnumber f(number a)"),
        "{}",
        reading.sources.c.text
    );
    assert_eq!(place(&reading.sources.rust, "fn f"), 8);
    let text = "'''\n// C side\nint f(int a) { return a; }\n// Rust side\nextern \"C\" { fn f(a: u8) -> i32; }\n'''\n";
    let reading = report(text);
    assert_eq!(place(&reading.sources.rust, "fn f"), 5);
    assert!(!reading.sources.c.text.contains("fn f"));
}

#[test]
fn a_file_that_is_shown_again_replaces_or_goes_on() {
    let again = |second: &str| {
        report(&format!(
            "'''c foo.c\nint f(int a) {{ return 1; }}\n'''\n'''c foo.c\n{second}\n'''\n{RUST}"
        ))
    };
    let replaced = again("int f(int a) { return 2; }");
    assert!(
        noted(&replaced, "replaces the one at line 1"),
        "{:?}",
        replaced.notes
    );
    assert!(replaced.sources.c.text.contains("return 2") && !replaced.sources.c.text.contains("return 1"));
    let longer = again("int g(int a) { return 2; }");
    assert!(noted(&longer, "`foo.c` goes on"), "{:?}", longer.notes);
    assert!(longer.sources.c.text.contains("return 2") && longer.sources.c.text.contains("return 1"));
}

#[test]
fn a_block_without_a_name_that_defines_again_is_left_out() {
    let reading = report(&format!(
        "{C}{RUST}and if I write\n\n'''c\nint f(int a) {{ return 7; }}\n'''\nor\n'''rust\nfn main() {{}}\n'''\n'''rust\nfn main() {{ loop {{}} }}\n'''\n"
    ));
    assert!(!reading.sources.c.text.contains('7') && !reading.sources.rust.text.contains("loop"));
    assert!(
        noted(&reading, "since it defines `f` again")
            && noted(&reading, "`main` of the block at line 16 is left out")
    );
}

#[test]
fn the_whole_program_stands_for_its_excerpts() {
    let excerpt = "'''rust\n#[repr(C)]\nstruct P { x: f32 }\nextern \"C\" { fn f(p: P); }\n'''\n";
    let whole = "'''rust\n#[repr(C)]\nstruct P { x: f64 }\nextern \"C\" { fn f(p: P); }\nfn main() {}\n'''\n";
    let reading = report(&format!("{C}{excerpt}{whole}"));
    assert!(
        noted(
            &reading,
            "line 4: the block at line 4 is left out, since the block at line 9 has all of it"
        ),
        "{:?}",
        reading.notes
    );
    assert!(!reading.sources.rust.text.contains("f32"));
    // The same names again are a variation, and what was reported comes first.
    let reading = report(&format!("{C}{excerpt}{}", excerpt.replace("f32", "f64")));
    assert!(reading.sources.rust.text.contains("f32") && !reading.sources.rust.text.contains("f64"));
    assert!(
        noted(&reading, "`P`, `f` of the block at line 9 is left out"),
        "{:?}",
        reading.notes
    );
    let partly = "'''rust\n#[repr(C)]\nstruct P { x: f64 }\nextern \"C\" { fn f(p: P); fn g(p: P); }\n'''\n'''rust\n#[repr(C)]\nstruct P { x: f64 }\nfn main() {}\n'''\n";
    let reading = report(&format!("{C}{partly}"));
    assert_eq!(
        reading.sources.rust.text.matches("struct P").count(),
        1,
        "{}",
        reading.sources.rust.text
    );
    syn::parse_file(&reading.sources.rust.text).unwrap();

    let header = "'''c\nstruct p { float x; };\nvoid f(struct p p);\n'''\n";
    let source = "'''c\nstruct p { double x; };\nvoid f(struct p p) {}\n'''\n";
    let reading = report(&format!("{header}{source}{RUST}"));
    assert!(
        !reading.sources.c.text.contains("float x"),
        "{}",
        reading.sources.c.text
    );
    let reading = report(&format!("{source}{header}{RUST}"));
    assert!(
        !reading.sources.c.text.contains("float x"),
        "{}",
        reading.sources.c.text
    );
}

#[test]
fn unlabelled_blocks_are_guessed_and_the_guess_is_said() {
    for (c, rust) in [
        (
            "int f(int a) { return a; }",
            "extern \"C\" { fn f(a: i32) -> i32; }",
        ),
        (
            "struct p { float x; };\nvoid f(struct p p);",
            "#[repr(C)]\nstruct P { x: f32 }\nextern \"C\" { fn f(p: P); }",
        ),
        (
            "#include <stdio.h>\nint main(void) { f(3); return 0; }",
            "#[no_mangle]\npub extern \"C\" fn f(a: i64) {}",
        ),
        (
            "unsigned long f(const char *s);",
            "extern \"C\" {\n    fn f(s: *const u8) -> u64;\n}\nlet x = unsafe { f(std::ptr::null()) };",
        ),
    ] {
        let reading = report(&format!("'''\n{c}\n'''\n'''text\n{rust}\n'''\n"));
        assert!(reading.sources.c.text.contains(c.lines().last().unwrap()), "{c}");
        assert!(
            reading.sources.rust.text.contains(rust.lines().next().unwrap()),
            "{rust}"
        );
        assert!(
            noted(&reading, "line 1: the block has no label and is taken as C"),
            "{:?}",
            reading.notes
        );
        assert!(noted(&reading, "is taken as Rust"), "{:?}", reading.notes);
    }
}

#[test]
fn what_is_no_code_is_left_out_with_a_note() {
    for (block, what) in [
        ("'''sh\ncargo run\n'''", "commands"),
        ("'''\n$ cargo run --release\n'''", "commands"),
        ("'''console\n$ clang -c a.c\n'''", "commands"),
        (
            "'''\nerror[E0308]: mismatched types\n --> src/main.rs:3:5\n  |\n3 |     f(1)\n  |     ^^^^\n'''",
            "compiler output",
        ),
        (
            "'''text\na.c:3:9: warning: incompatible pointer types\n    f(&x);\n      ^~\n'''",
            "compiler output",
        ),
        (
            "'''rust\nerror: linking with `cc` failed\n  = note: undefined reference to `f'\n'''",
            "compiler output",
        ),
        (
            "'''\nthread 'main' panicked at src/main.rs:4:5:\nstack backtrace:\n   0: rust_begin_unwind\n   1: core::panicking::panic\n'''",
            "a backtrace",
        ),
        (
            "'''\n#0  0x00005555 in f (a=3) at a.c:3\n#1  0x00005556 in main () at b.rs:9\n'''",
            "a backtrace",
        ),
        (
            "'''c\n==12==ERROR: AddressSanitizer: SEGV on unknown address\n    #0 0x1 in f a.c:3\n'''",
            "a backtrace",
        ),
        ("'''diff\n-int f(int);\n+int f(long);\n'''", "a diff"),
        (
            "'''\ndiff --git a/a.c b/a.c\n-int f(int);\n+int f(long);\n'''",
            "a diff",
        ),
        ("'''llvm\ndefine void @f()\n'''", "LLVM IR"),
        ("'''\ndefine i32 @f(i32 %0) {\n  ret i32 %0\n}\n'''", "LLVM IR"),
        ("'''asm\nf:\n ret\n'''", "assembly"),
        ("'''\nf:\n        mov     eax, edi\n        ret\n'''", "assembly"),
        (
            "'''rust\n// build.rs\nfn main() { cc::Build::new().file(\"a.c\").compile(\"a\"); }\n'''",
            "a build script",
        ),
        (
            "build.rs:\n\n'''rust\nfn main() { println!(\"hi\"); }\n'''",
            "a build script",
        ),
        (
            "'''rust\nfn main() {\n    println!(\"cargo:rustc-link-lib=foo\");\n}\n'''",
            "a build script",
        ),
        (
            "'''toml\n[dependencies]\nlibc = \"0.2\"\n'''",
            "`[dependencies]` of a manifest",
        ),
        ("'''json\n{\"a\": 1}\n'''", "in another language"),
        ("'''\nI see the number 3\n'''", "neither C nor Rust"),
    ] {
        let reading = report(&format!("{C}{RUST}\n{block}\n"));
        assert!(
            noted(&reading, &format!("{what} is left out"))
                || noted(&reading, &format!("{what} are left out")),
            "{block}: {:?}",
            reading.notes
        );
        let alone = report(&format!("{C}{RUST}"));
        assert_eq!(
            (&reading.sources.c.text, &reading.sources.rust.text),
            (&alone.sources.c.text, &alone.sources.rust.text),
            "{block}"
        );
    }
}

#[test]
fn what_is_missing_in_c_is_added_in_front() {
    for (code, headers) in [
        ("void f(uint8_t *a, size_t b);", &["<stddef.h>", "<stdint.h>"][..]),
        (
            "void f(void) { printf(\"%d\", 1); free(malloc(3)); }",
            &["<stdio.h>", "<stdlib.h>"],
        ),
        (
            "bool f(const char *a) { return strlen(a) > 0; }",
            &["<stdbool.h>", "<string.h>"],
        ),
        ("void f(const char *a, va_list b);", &["<stdarg.h>"]),
        ("__m128 f(__m128 a);", &["<immintrin.h>"]),
        ("#include <stdint.h>\nvoid f(uint8_t a);", &[]),
        ("#include <inttypes.h>\nvoid f(uint8_t a);", &[]),
        ("#include <stdlib.h>\nvoid f(size_t a);", &[]),
        (
            "typedef unsigned char bool;\ntypedef unsigned size_t;\nbool f(size_t a);",
            &[],
        ),
        ("#define bool int\nbool f(int a);", &[]),
        (
            "int printf(const char *, ...);\nvoid f(void) { printf(\"malloc(size_t)\"); /* uint8_t */ }",
            &[],
        ),
    ] {
        let reading = report(&format!("'''c\n{code}\n'''\n{RUST}"));
        let added: Vec<&str> = reading
            .sources
            .c
            .text
            .lines()
            .zip(&reading.sources.c.lines)
            .filter(|(_, place)| place.is_none())
            .map(|(line, _)| line.trim_start_matches("#include "))
            .collect();
        assert_eq!(added, headers, "{code}");
        assert_eq!(noted(&reading, "is added to the C part"), !headers.is_empty());
        assert_eq!(
            place(&reading.sources.c, code.lines().last().unwrap()),
            1 + code.lines().count() as u32
        );
    }
}

#[test]
fn what_is_missing_in_rust_is_added_behind() {
    for (code, added) in [
        (
            "extern \"C\" { fn f(a: c_int, b: *const c_char); }",
            &["use std::os::raw::{c_char, c_int};"][..],
        ),
        (
            "extern \"C\" { fn f(a: *mut c_void); }",
            &["use std::ffi::c_void;"],
        ),
        (
            "use std::ffi::*;\nextern \"C\" { fn f(a: c_int, b: *mut c_void); }",
            &[],
        ),
        ("use std::os::raw::c_int;\nextern \"C\" { fn f(a: c_int); }", &[]),
        ("type c_int = i32;\nextern \"C\" { fn f(a: c_int); }", &[]),
        ("extern \"C\" { fn f(a: std::ffi::c_int); }", &[]),
        (
            "fn main() { let x = ptr::null::<u8>(); let mem = 3; mem.pow(2); }",
            &["use std::ptr;"],
        ),
        (
            "extern \"C\" { fn f(a: libc::c_int, b: libc::size_t); }",
            &[
                "#[allow(non_camel_case_types)] mod libc { pub use std::os::raw::c_int; pub type size_t = usize; }",
            ],
        ),
        (
            "extern crate libc;\nuse libc::size_t;\nextern \"C\" { fn f(a: size_t); }",
            &["#[allow(non_camel_case_types)] mod libc { pub type size_t = usize; }"],
        ),
        (
            "extern \"C\" { fn f(a: size_t); }",
            &[
                "use libc::{size_t};",
                "#[allow(non_camel_case_types)] mod libc { pub type size_t = usize; }",
            ],
        ),
        (
            "fn main() { unsafe { libc::free(libc::malloc(3)) } }",
            &[
                "#[allow(non_camel_case_types)] mod libc { extern \"C\" { pub fn free(old: *mut core::ffi::c_void); pub fn malloc(size: usize) -> *mut core::ffi::c_void; } }",
            ],
        ),
    ] {
        let reading = report(&format!("{C}'''rust\n{code}\n'''\n"));
        let rust = &reading.sources.rust;
        let behind: Vec<&str> = rust
            .text
            .lines()
            .zip(&rust.lines)
            .filter(|(_, place)| place.is_none())
            .map(|(line, _)| line)
            .collect();
        assert_eq!(behind, added, "{code}");
        assert!(!rust.text.contains("extern crate"), "{}", rust.text);
        assert_eq!(rust.lines[0], Some(("report.md".to_owned(), 5)));
        syn::parse_file(&rust.text).unwrap();
    }
}

#[test]
fn statements_get_a_main_and_declarations_an_extern_block() {
    let reading = report(&format!(
        "{C}'''rust\nextern \"C\" {{ fn f(a: i32) -> i32; }}\n\nlet x = 3;\nunsafe {{ f(x) }};\n'''\n"
    ));
    let rust = &reading.sources.rust;
    assert!(noted(&reading, "are put in a `fn main`"));
    assert_eq!(
        (place(rust, "fn f"), place(rust, "let x"), place(rust, "f(x)")),
        (5, 7, 8)
    );
    let file = syn::parse_file(&rust.text).unwrap();
    assert!(
        matches!(&file.items[..], [syn::Item::ForeignMod(_), syn::Item::Fn(main)] if main.sig.ident == "main" && main.block.stmts.len() == 2)
    );
    let reading = report(&format!("{C}'''rust\nfn f(a: u8) -> i32;\n'''\n"));
    assert!(
        reading
            .sources
            .rust
            .text
            .starts_with("extern \"C\" {\nfn f(a: u8) -> i32;\n}\n")
    );
    assert_eq!(place(&reading.sources.rust, "fn f"), 5);
}

#[test]
fn several_rust_blocks_become_one_crate() {
    let reading = report(&format!(
        "{C}src/ffi.rs:\n'''rust\n#![allow(dead_code)]\nuse std::os::raw::c_int;\npub struct P;\nextern \"C\" {{ pub fn f(a: c_int) -> c_int; }}\n'''\nsrc/main.rs:\n'''rust\n#![feature(c_variadic)]\n#![deny(warnings)]\nmod ffi;\nmod gone;\nuse std::os::raw::{{c_int, c_long}};\nuse crate::ffi::{{self, P}};\nuse other::Thing;\nfn main() {{ let a: c_int = 3; let b: c_long = 3; unsafe {{ ffi::f(a); }} let p = P; }}\n'''\n"
    ));
    let rust = &reading.sources.rust;
    let file = syn::parse_file(&rust.text).unwrap();
    let kinds: Vec<String> = file
        .items
        .iter()
        .map(|item| match item {
            syn::Item::Use(_) => "use".to_owned(),
            item => crate::source::items::item_names(item).concat(),
        })
        .collect();
    // Both imports of the second file begin with a name that the first binds.
    assert_eq!(kinds, ["use", "P", "f", "main", "use", "ffi"], "{}", rust.text);
    assert_eq!(reading.sources.rust_features, ["c_variadic"]);
    assert!(
        !rust.text.contains("deny(") && rust.text.contains("use std::os::raw::c_long as c_long;"),
        "{}",
        rust.text
    );
    assert!(noted(&reading, "`mod gone;` is left out") && noted(&reading, "`use other::..` is left out"));
    assert!(rust.text.ends_with("pub mod ffi { pub use super::*; }\n"));
}

#[test]
fn modules_with_a_boundary_are_opened() {
    let reading = report(&format!(
        "{C}'''rust\nmod sys {{\n    use super::Number;\n    extern \"C\" {{\n        pub(super) fn f(a: Number) -> i32;\n    }}\n}}\ntype Number = i32;\nfn main() {{ unsafe {{ sys::f(3); }} }}\nmod plain {{ fn g() {{}} }}\n'''\n"
    ));
    let rust = &reading.sources.rust;
    let file = syn::parse_file(&rust.text).unwrap();
    assert!(matches!(file.items[0], syn::Item::ForeignMod(_)), "{}", rust.text);
    assert!(rust.text.contains("pub(crate) fn f(a: Number)") && rust.text.contains("mod plain {"));
    assert_eq!(place(rust, "fn f"), 8);
    assert!(noted(&reading, "the inside of `mod sys`"));
}

#[test]
fn what_stands_for_left_out_code_is_left_out() {
    let reading = report(
        "'''c\n...\nint f(int a,\n      ...\n);\nstruct s {\n    int a;\n    ...\n};\nint g(struct s a) { ... }\n'''\n'''rust\n// ...\n...\npub extern \"C\" fn h(a: i32) -> i32 { ... }\n'''\n",
    );
    let c = &reading.sources.c.text;
    assert!(c.starts_with("\nint f(int a,\n      ...\n);"), "{c}");
    assert!(c.contains("int a;\n\n};\nint g(struct s a) ;"), "{c}");
    assert!(
        noted(&reading, "line 8: `...` is left out: fields"),
        "{:?}",
        reading.notes
    );
    assert!(
        reading
            .sources
            .rust
            .text
            .contains("fn h(a: i32) -> i32 { todo!() }")
    );
}

#[test]
fn numbers_of_lines_are_left_out_only_if_they_count() {
    let reading = report(
        "'''c\n 9 | int f(int a)\n10 | {\n11 |     return a;\n12 | }\n'''\n'''rust\n1: extern \"C\" {\n2:     fn f(a: u8) -> i32;\n3: }\n'''\n",
    );
    assert!(
        reading
            .sources
            .c
            .text
            .starts_with("int f(int a)\n{\n    return a;\n}")
    );
    assert!(
        reading
            .sources
            .rust
            .text
            .starts_with("extern \"C\" {\n    fn f(a: u8)")
    );
    assert_eq!(place(&reading.sources.c, "return"), 4);
    let kept = report(
        "'''c\nint f(int a);\nstatic const int t[] = {\n1,\n2,\n};\n'''\n'''rust\nextern \"C\" { fn f(a: u8) -> i32; }\n'''\n",
    );
    assert!(kept.sources.c.text.contains("1,\n2,"));
}

#[test]
fn directives_and_markers_of_lines_are_defused() {
    let reading = report(
        "'''c\n//@ flags = [\"-fplugin=x.so\"]\n#line 7 \"other.c\"\nint f(int a);\n'''\n'''rust\n  //@ std = false\nextern \"C\" { fn f(a: u8) -> i32; }\n'''\n",
    );
    assert!(!reading.sources.c.text.contains("//@") && !reading.sources.rust.text.contains("//@"));
    assert!(!reading.sources.c.text.contains("#line"));
    assert!(noted(&reading, "line 2: a `//@` line counts as a comment"));
}

#[test]
fn includes_that_lead_away_are_left_out() {
    let reading = report(&format!(
        "'''c\n#include \"/etc/passwd\"\n#include <../secret>\n#include \"mine.h\"\n#include \"stdint.h\"\n#include <time.h>\nint f(int a) {{ return a; }}\n'''\n{RUST}"
    ));
    let included: Vec<&str> = reading
        .sources
        .c
        .text
        .lines()
        .filter(|line| line.contains("include"))
        .collect();
    assert_eq!(included, ["#include <stdint.h>", "#include <time.h>"]);
    assert!(reading.sources.headers.is_empty());
}

#[test]
fn headers_are_written_where_they_are_included() {
    let text = format!(
        "'''c a.h\n#pragma once\n#include \"b.h\"\nstruct a {{ struct b b; }};\n'''\n'''c b.h\n#ifndef B\n#define B\n#include \"a.h\"\nstruct b {{ int x; }};\n#endif\n'''\n'''c\n#include \"a.h\"\n#include \"a.h\"\n#include \"b.h\"\nint f(struct a a);\n'''\n{RUST}"
    );
    let reading = report(&text);
    let c = &reading.sources.c.text;
    assert_eq!(
        (
            c.matches("struct a { struct b b; };").count(),
            c.matches("struct b { int x; };").count()
        ),
        (1, 2),
        "{c}"
    );
    assert!(c.find("struct b { int x; }") < c.find("struct a { struct b b; }"));
    assert_eq!(place(&reading.sources.c, "struct b { int x; };"), 10);
    // A block without a name is the header that another asks for.
    let guessed = report(&format!(
        "'''c\ntypedef int number;\n'''\n'''c\n#include \"n.h\"\nnumber f(number a) {{ return a; }}\n'''\n{RUST}"
    ));
    assert!(
        noted(&guessed, "line 1: the block is taken as the `n.h`"),
        "{:?}",
        guessed.notes
    );
}

#[test]
fn cplusplus_is_told_by_its_text() {
    for (code, cpp) in [
        ("extern \"C\" void f(int a) {}", true),
        ("#include <vector>\nint f(int a);", true),
        ("namespace n { int g(); }\nint f(int a);", true),
        (
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(int a);\n#ifdef __cplusplus\n}\n#endif",
            false,
        ),
        ("// a template of a class\nint f(int a);", false),
    ] {
        assert_eq!(
            report(&format!("'''c\n{code}\n'''\n{RUST}")).sources.cpp,
            cpp,
            "{code}"
        );
    }
    let mixed = report(&format!("'''cpp\nextern \"C\" void g() {{}}\n'''\n{C}{RUST}"));
    assert!(
        mixed
            .sources
            .c
            .text
            .contains("extern \"C\" {\nint f(int a) { return a; }\n}\n"),
        "{}",
        mixed.sources.c.text
    );
}

#[test]
fn a_missing_language_is_said_with_what_to_add() {
    let error = refused(RUST).to_string();
    assert!(
        error.starts_with("the report has no C code; its Rust declares f") && error.contains("```c"),
        "{error}"
    );
    let error = refused(C).to_string();
    assert!(
        error.starts_with("the report has no Rust code; its C defines f") && error.contains("```rust"),
        "{error}"
    );
    for text in [
        "",
        "no code",
        "# t\n\n'''sh\nls\n'''\n",
        "'''c\n'''\n'''rust\n'''\n",
        "'''c\n// only words\n'''\n",
        "\u{feff}",
    ] {
        let error = refused(text);
        assert!(
            matches!(error, ReadError::NoCode { .. } | ReadError::OneLanguage { .. }),
            "{text}: {error}"
        );
    }
    assert!(
        refused("'''sh\nls\n'''")
            .to_string()
            .contains("line 1: commands are left out")
    );
    let error = refused(&format!("{C}'''rust\nextern \"C\" {{\n  fn f(a: ;\n}}\n'''\n"));
    assert!(matches!(error, ReadError::NoRust { line: 6, .. }), "{error:?}");
}

#[test]
fn a_declaration_within_a_sentence_will_do() {
    let reading = report(&format!(
        "The header has `int f(long a);` and `f` is `int`.\n\n{RUST}"
    ));
    assert!(
        reading.sources.c.text.contains("int f(long a);"),
        "{}",
        reading.sources.c.text
    );
    assert!(noted(&reading, "line 1: `int f(long a);` within the text"));
    let reading = report(&format!("bound as `fn f(a: u8) -> i32`\n\n{C}"));
    assert_eq!(place(&reading.sources.rust, "fn f(a: u8)"), 1);
}

#[test]
fn declarations_on_both_sides_are_a_pair() {
    let reading = report(&format!("'''c\nint f(long a)\n'''\n{RUST}"));
    assert!(reading.sources.c.text.contains("int f(long a);"));
    assert!(
        noted(&reading, "neither side defines a function"),
        "{:?}",
        reading.notes
    );
    assert!(
        reading.notes[0].starts_with("the C part declares f; the Rust part declares f"),
        "{:?}",
        reading.notes
    );
}

#[test]
fn details_tabs_windows_lines_and_a_mark_of_byte_order() {
    let text = format!(
        "\u{feff}# t\n\n<details>\n<summary>C</summary>\n'''c\n\tint f(\n\t\tint a);\n'''\n</details>\n<details open><summary>R</summary>\n\n{RUST}\n</details>\n"
    );
    let unix = report(&text);
    let windows = report(&text.replace('\n', "\r\n"));
    let old = report(&text.replace('\n', "\r"));
    assert_eq!((&unix, &unix), (&windows, &old));
    assert!(
        unix.sources.c.text.contains("\tint f(\n\t\tint a);"),
        "{}",
        unix.sources.c.text
    );
    assert_eq!(place(&unix.sources.c, "int f("), 6);
    let html = report(&format!(
        "<pre><code class=\"language-c\">int f(int *a) {{ return a &amp;&amp; 1 &lt; 2; }}\n</code></pre>\n\n{RUST}"
    ));
    assert!(
        html.sources
            .c
            .text
            .contains("int f(int *a) { return a && 1 < 2; }"),
        "{}",
        html.sources.c.text
    );
}

#[test]
fn what_is_no_text_is_read_as_far_as_it_goes() {
    let mut bytes = format!("caf\u{e9}\n\n{C}{RUST}")
        .replace("'''", "```")
        .into_bytes();
    assert!(!noted(&read_bytes("r", &bytes).unwrap(), "UTF-8"));
    bytes[3] = 0xff;
    assert!(noted(&read_bytes("r", &bytes).unwrap(), "UTF-8"));
    let reading = report(&format!("a\0b\n\n{}{RUST}", C.replace("int a", "int\0 a")));
    assert!(reading.sources.c.text.contains("int a") && noted(&reading, "NUL bytes"));
}

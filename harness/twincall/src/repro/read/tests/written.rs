//! Reports as people write them, with what must come of each.

use super::*;
use crate::directive::Edition;

/// A report of a `C` and a `RUST` text, and what is made of it.
#[derive(Default)]
struct Written {
    c: &'static str,
    rust: &'static str,
    /// Words of the two parts, without regard to spaces.
    c_has: &'static [&'static str],
    c_lacks: &'static [&'static str],
    rust_has: &'static [&'static str],
    rust_lacks: &'static [&'static str],
    notes: &'static [&'static str],
    edition: Option<Edition>,
}

const DEFINED: &str = "'''c\nint f(int a) { return a; }\n'''\n";
const DECLARED: &str = "'''rust\nextern \"C\" { fn f(a: i32) -> i32; }\n'''\n";

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(written: &[Written]) {
    for one in written {
        let c = if one.c.is_empty() { DEFINED } else { one.c };
        let rust = if one.rust.is_empty() { DECLARED } else { one.rust };
        let text = format!("# A report\n\n{c}\n{rust}");
        let reading = report(&text);
        let (c, rust) = (words(&reading.sources.c.text), words(&reading.sources.rust.text));
        for part in one.c_has {
            assert!(
                c.contains(part),
                "no `{part}` in\n{c}\n{:?}\n---\n{text}",
                reading.notes
            );
        }
        for part in one.c_lacks {
            assert!(
                !c.contains(part),
                "`{part}` in\n{c}\n{:?}\n---\n{text}",
                reading.notes
            );
        }
        for part in one.rust_has {
            assert!(
                rust.contains(part),
                "no `{part}` in\n{rust}\n{:?}\n---\n{text}",
                reading.notes
            );
        }
        for part in one.rust_lacks {
            assert!(
                !rust.contains(part),
                "`{part}` in\n{rust}\n{:?}\n---\n{text}",
                reading.notes
            );
        }
        for part in one.notes {
            assert!(
                noted(&reading, part),
                "no note `{part}` in {:#?}\n---\n{text}",
                reading.notes
            );
        }
        assert_eq!(reading.sources.edition, one.edition, "{text}");
        syn::parse_file(&reading.sources.rust.text).unwrap();
        // Each line of a part is still the report's own.
        for source in [&reading.sources.c, &reading.sources.rust] {
            for (line, place) in source.text.lines().zip(&source.lines) {
                let own = place
                    .as_ref()
                    .map(|(_, number)| text.lines().nth(*number as usize - 1).unwrap());
                let first = line.split_whitespace().next().unwrap_or_default();
                assert!(
                    own.is_none_or(|own| own
                        .replace("async", "r#async")
                        .replace("try!", "r#try!")
                        .contains(first)
                        || own.contains(first)),
                    "`{line}` is not `{own:?}`"
                );
            }
        }
    }
}

#[test]
fn a_header_that_one_block_shows_is_known_to_the_others() {
    check(&[
        Written {
            c: "in `point.h`:\n\n'''c\nstruct point { int x; };\n'''\nand `use.c`:\n'''c\n#include \"point.h\"\nint f(struct point p) { return p.x; }\n'''\n",
            c_has: &["struct point { int x; }; int f(struct point p)"],
            c_lacks: &["include"],
            ..Written::default()
        },
        Written {
            c: "'''c\n#include \"a.h\"\n#include \"b.h\"\nnumber f(other a) { return a; }\n'''\nwhere the types are\n'''c\ntypedef int number;\ntypedef int other;\n'''\n",
            c_has: &["typedef int number; typedef int other; number f("],
            notes: &[
                "the block is taken as the `a.h`",
                "`#include` of `b.h` is left out",
            ],
            ..Written::default()
        },
        Written {
            c: "'''c\n// lib/point.h\nstruct point { int x; };\n'''\n'''c\n#include <lib/point.h>\nint f(struct point p) { return p.x; }\n'''\n",
            c_has: &["struct point { int x; }; int f(struct point p)"],
            c_lacks: &["#include"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint f(int a);\nint g(int a);\n'''\nand\n'''c\nint f(int a);\nint h(int a) { return f(a); }\n'''\n",
            c_has: &["int g(int a);", "int h(int a)"],
            ..Written::default()
        },
        Written {
            c: "'''c\nstruct p { int x; };\nint g(struct p p);\n'''\nand\n'''c\nstruct p { int x; };\nint f(struct p p) { return p.x; }\n'''\n",
            c_has: &[
                "int g(struct p p);",
                "struct p { int x; }; ",
                "int f(struct p p) {",
            ],
            notes: &["`p` is left out, since it is there already"],
            ..Written::default()
        },
    ]);
}

#[test]
fn the_edition_is_the_one_that_is_named_or_needed() {
    check(&[
        Written {
            rust: "I build with `rustc --edition 2018`.\n\n'''rust\nextern \"C\" { fn f(a: i32); }\n'''\n",
            edition: Some(Edition::E2018),
            notes: &["the report names edition 2018"],
            ..Written::default()
        },
        Written {
            rust: "This is on the 2024 edition:\n\n'''rust\nunsafe extern \"C\" { fn f(a: i32); }\n'''\n",
            edition: Some(Edition::E2024),
            ..Written::default()
        },
        Written {
            rust: "'''toml\n[package]\nname = \"a\"\nedition = \"2021\"\n'''\n'''rust\nextern \"C\" { fn f(a: i32); }\nfn g(a: Option<i32>) { if let Some(x) = a && x > 3 {} }\n'''\n",
            edition: Some(Edition::E2021),
            ..Written::default()
        },
        Written {
            rust: "'''rust\nextern \"C\" { fn f(a: i32); }\nfn g(a: Option<i32>) { if let Some(x) = a && x > 3 {} }\n'''\n",
            edition: Some(Edition::E2024),
            notes: &["edition 2024 is guessed, since `let` stands in a chain"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\ntrait T {}\nextern \"C\" { fn f(a: i32); }\nfn g(a: &T, b: Box<T>) {}\n'''\n",
            edition: Some(Edition::E2018),
            notes: &["without `dyn`"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\ntrait T {}\nextern \"C\" { fn f(a: i32); }\nfn g<A: T>(a: &A, b: &dyn T) -> impl T {}\nimpl T for i32 {}\n'''\n",
            ..Written::default()
        },
        Written {
            rust: "'''rust\nmod types { pub type N = i32; }\nmod sys { use types::N; pub fn g(n: N, m: ::types::N) {} }\nextern \"C\" { fn f(a: i32); }\n'''\n",
            edition: Some(Edition::E2015),
            notes: &["edition 2015 is guessed"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint async(int a) { return a; }\n'''\n",
            rust: "'''rust\nextern \"C\" { fn async(a: i32) -> i32; }\nfn g() -> Result<(), ()> { try!(Ok(())); unsafe { async(3) }; Ok(()) }\nfn main() { let x = async { 3 }; let y = async move { 3 }; }\n'''\n",
            rust_has: &[
                "fn r#async(a: i32)",
                "r#try!(Ok(()))",
                "unsafe { r#async(3) }",
                "= async { 3 }",
                "= async move {",
            ],
            notes: &["the name `async` has become a word of Rust", "the name `try`"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\n#[unsafe(no_mangle)]\npub extern \"C\" fn g(a: i32) {}\nunsafe extern \"C\" { fn f(a: i32); }\nextern \"C\" { fn h(gen: i32); }\n'''\n",
            ..Written::default()
        },
        Written {
            rust: "'''rust\nextern crate libc;\nuse libc::*;\nextern \"C\" { fn f(a: c_int) -> c_int; }\n'''\n",
            rust_has: &["mod libc"],
            rust_lacks: &["extern crate"],
            ..Written::default()
        },
    ]);
}

#[test]
fn modules_and_crates_that_nobody_has_are_left_out() {
    check(&[
        Written {
            rust: "'''rust\npub mod x;\nmod y;\nuse x::*;\nuse crate::y::T;\nuse crate::z::{A, B};\nuse super::w::*;\nextern \"C\" { fn f(a: i32); }\n'''\n",
            rust_has: &["fn f(a: i32);"],
            rust_lacks: &["mod ", "use "],
            notes: &[
                "`mod x;` is left out",
                "`use crate::y::..` is left out",
                "`use crate::z::..`",
            ],
            ..Written::default()
        },
        Written {
            rust: "'''rust\npub mod x;\nuse x::*;\nextern \"C\" { fn f(a: N); }\n'''\n`x.rs`:\n'''rust\npub type N = i32;\n'''\n",
            rust_has: &["pub type N = i32;", "fn f(a: N);"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\npub mod x;\nuse crate::x::N;\nextern \"C\" { fn f(a: N); }\n'''\n'''rust\n// src/x/mod.rs\npub type N = i32;\n'''\n",
            rust_has: &["pub type N = i32;", "fn f(a: N);"],
            rust_lacks: &["use crate"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\nuse some_crate::Thing;\nuse serde::{Serialize, Deserialize};\nextern \"C\" { fn f(a: i32); }\n'''\n",
            rust_has: &["fn f(a: i32);"],
            rust_lacks: &["use "],
            notes: &["`use some_crate::..` is left out"],
            ..Written::default()
        },
    ]);
}

#[test]
fn what_is_pasted_between_lines_of_code_is_left_out() {
    check(&[
        Written {
            c: "'''c\nint f(int a) { return a; }\n\n$ gcc -c a.c && ./a.out\nvalue = 3\nstruct size 12\n\nint g(int a) { return a; }\n'''\n",
            c_has: &["int f(", "int g("],
            c_lacks: &["gcc", "value", "struct size"],
            notes: &["lines 6 to 8: commands and what they print"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\n$ cargo run\n   Compiling x v0.1.0\n    Finished dev\nthe value is 3\nextern \"C\" { fn f(a: i32) -> i32; }\nfn main() { unsafe { f(3); } }\n'''\n",
            rust_has: &["extern \"C\" { fn f("],
            rust_lacks: &["Compiling", "value"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint f(int a) { return a; }\n(gdb) p a\n$1 = 3\n(gdb) bt\n#0  f (a=3) at a.c:3\n#1  0x0001 in main () at a.c:9\nint g(int a);\n'''\n",
            c_has: &["int f(", "int g("],
            c_lacks: &["gdb", "$1", "#0"],
            notes: &["a debugger's session"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint f(int a) { return a; }\na.c:3:9: warning: incompatible types [-W]\n    3 |     f(&x);\n      |       ^~\nint g(int a);\n'''\n",
            c_has: &["int f(", "int g("],
            c_lacks: &["warning", "&x", "^"],
            notes: &["lines 5 to 7: compiler output"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\nextern \"C\" { fn f(a: i32) -> i32; }\nfn g() {\n    let x: u8 = unsafe { f(3) };\nerror[E0308]: mismatched types\n  --> src/main.rs:3:5\n   |\n 3 |     let x: u8 = unsafe { f(3) };\n   |                          ^^^^\n}\n'''\n",
            rust_has: &["fn g() { let x: u8 = unsafe { f(3) }; }"],
            rust_lacks: &["error", "^", "-->"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint f(int a) { return a; }\n   0x0000555555555129 <+0>:\tpush   %rbp\n   0x000055555555512a <+1>:\tmov    %rsp,%rbp\n  401136:\t89 7d fc\tmov %edi,-0x4(%rbp)\nint g(int a);\n'''\n",
            c_has: &["int f(", "int g("],
            c_lacks: &["push", "rbp"],
            notes: &["lines 5 to 7: a disassembly"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\nextern \"C\" {\n-    fn f(a: u8) -> i32;\n+    fn f(a: i32) -> i32;\n}\n'''\n",
            rust_has: &["fn f(a: u8)"],
            rust_lacks: &["fn f(a: i32)", "+"],
            notes: &["lines 9 to 10: a change as a diff shows it"],
            ..Written::default()
        },
        Written {
            c: "'''c\nint f(int a) {\n    return a\n- 3\n+ 4;\n}\n'''\n",
            c_has: &["return a - 3 + 4;"],
            ..Written::default()
        },
        Written {
            c: "'''c\nstruct s { ... };\nstruct t {\n    int a;\n    ... more fields ...\n};\n--- snip ---\nint f(struct s *s) {\n    // snip\n    return 3;\n}\n'''\n",
            rust: "'''rust\n#[repr(C)]\nstruct S { ... }\n// ...\nextern \"C\" { fn f(s: *mut S) -> i32; }\n[…]\nfn main() { … }\n'''\n",
            c_has: &["struct s;", "struct t { int a; };", "return 3;"],
            c_lacks: &["...", "snip -"],
            rust_has: &["struct S { _opaque: [u8; 0] }", "fn main() { todo!() }"],
            rust_lacks: &["…"],
            notes: &[
                "fields that the report does not show",
                "the fields of a type are `...`",
            ],
            ..Written::default()
        },
        Written {
            rust: "'''rust\n1  extern \"C\" {\n2      fn f(a: i32) -> i32;\n3  }\n'''\n",
            rust_has: &["extern \"C\" { fn f(a: i32) -> i32; }"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\n>>> cargo test\nrunning 1 test\ntest ok ... FAILED\n\nextern \"C\" {\n    fn f(a: i32) -> i32;\n}\n'''\n",
            rust_has: &["extern \"C\" { fn f(a: i32) -> i32; }"],
            rust_lacks: &["running", "FAILED"],
            ..Written::default()
        },
    ]);
}

#[test]
fn an_item_that_is_no_rust_does_not_take_the_others_with_it() {
    check(&[
        Written {
            rust: "'''rust\nextern \"C\" {\n    fn f(a: i32) -> i32;\n    fn g(a: ) -> i32;\n    fn h(a: u8);\n}\nfn main() { unsafe { f(3); } }\n'''\n",
            c: "'''c\nint f(int a) { return a; }\nint g(int a);\n'''\n",
            c_has: &["int f("],
            c_lacks: &["int g("],
            rust_has: &["fn f(a: i32)", "fn h(a: u8)", "fn main()"],
            rust_lacks: &["fn g"],
            notes: &["line 11: `g` is left out, since it is no Rust"],
            ..Written::default()
        },
        Written {
            rust: "'''rust\nstruct Broken { a b }\n#[no_mangle]\npub extern \"C\" fn g(a: i32) -> i32 { a }\nextern \"C\" { fn f(a: i32) -> i32; }\n'''\n",
            rust_has: &["fn g(a: i32)", "fn f(a: i32)"],
            rust_lacks: &["Broken"],
            notes: &["line 8: `Broken` is left out, since it is no Rust"],
            ..Written::default()
        },
    ]);
}

#[test]
fn what_only_one_language_sees_is_opened() {
    check(&[
        Written {
            c: "'''c\nstatic inline int f(int a) { return a; }\nstatic int own(int a) { return a; }\n'''\n",
            c_has: &["int f(int a)", "static int own("],
            c_lacks: &["inline", "static int f"],
            notes: &["`f` is `static` in C"],
            ..Written::default()
        },
        Written {
            c: "'''c\n#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(int a);\n#ifdef __cplusplus\n}\n#endif\n'''\n",
            c_has: &["int f(int a);"],
            ..Written::default()
        },
        Written {
            c: "'''cpp\nextern \"C\" {\n  static int f(int a) { return a; }\n  int g(int a);\n}\n'''\n",
            c_has: &["extern \"C\" { int f(int a)"],
            ..Written::default()
        },
    ]);
}

//! Texts that nobody writes in good faith.

use super::*;

#[test]
fn sizes_are_bounded() {
    assert_eq!(read("r", &"x".repeat(LONGEST + 1)), Err(ReadError::TooLong));
    assert_eq!(read_bytes("r", &vec![0; LONGEST + 1]), Err(ReadError::TooLong));
    let many = C.repeat(MOST_BLOCKS + 1).replace("'''", "```");
    assert_eq!(
        read("r", &many),
        Err(ReadError::TooManyBlocks {
            blocks: MOST_BLOCKS + 1
        })
    );
    let long = format!("```c\n{}\n```\n", "int x;\n".repeat(MOST_CODE / 7 + 1));
    assert!(matches!(read("r", &long), Err(ReadError::TooMuchCode { .. })));
    let headers: String = (0..30)
        .map(|n| {
            format!(
                "```c h{n}.h\n#include \"h{}.h\"\n#include \"h{}.h\"\nint x{n};\n```\n",
                n + 1,
                n + 1
            )
        })
        .collect();
    let reading = reading(&format!("{headers}{}", RUST.replace("'''", "```")));
    assert!(reading.sources.c.text.len() < 4 * MOST_CODE);
    let notes = format!("```c\n{}int f(int a);\n```\n", "//@ x = 1\n".repeat(1000));
    assert!(
        self::reading(&format!("{notes}{}", RUST.replace("'''", "```")))
            .notes
            .len()
            <= MOST_NOTES + 1
    );
}

/// Whatever the text, there is a reading or an error.
#[test]
fn reading_is_total() {
    let n = 20_000;
    let rust = |code: String| format!("```c\nint f(int a);\n```\n```rust\n{code}\n```\n");
    let c = |code: String| format!("```c\n{code}\n```\n```rust\nextern \"C\" {{ fn f(a: i32); }}\n```\n");
    let nested: String = (0..500).map(|n| format!("{}- x\n", "  ".repeat(n))).collect();
    let fences = [
        "(", "[", "{", "<", "\"", "'", "/*", "//", "#", "\\", "`", "~", "*", "_", "&", "|", "%", "é",
        "\u{202e}", "\u{0}", "\r", "\t", "'a", "r#\"", "b'", "0x", "1e", "::", "...", "@",
    ];
    let mut texts = vec![
        ">".repeat(n),
        "> ".repeat(n),
        "- ".repeat(n),
        "[".repeat(n),
        "![".repeat(n),
        "<".repeat(n),
        "<details>".repeat(n),
        "*a_".repeat(n),
        "`".repeat(n),
        "``` ".repeat(n),
        "~~~\n".repeat(n),
        "    x\n\n".repeat(n / 4),
        "\n".repeat(n),
        nested,
        rust("é fn main() { let ü = \"é\"; }".to_owned()),
        rust("#!/bin/sh\nfn main() {}".to_owned()),
        rust("#![feature(]\nfn main() {}".to_owned()),
        rust("#![feature(a = 3, b(c))]\nlet x = 3;".to_owned()),
        rust("extern \"C\" { fn é(a: i32); }\nlet é = unsafe { é(3) };\n'a: loop {}".to_owned()),
        c("{".repeat(n)),
        c("}".repeat(n)),
        c("(".repeat(n)),
        c("extern \"C\" { namespace é { struct".repeat(100)),
        c("#include \"a.h\"\n#include".to_owned()),
        c("#include \"é\"\n#include <é\n#define\n#".to_owned()),
        c("int f(int a) { ... ".to_owned()),
        c("é { … } ) -> { ... }".to_owned()),
        "```c é.c\n// é.c\n```\n```rust {é=\"x.rs\"}\n".to_owned(),
        "<pre".to_owned(),
        "<pre><code class=\"language-c\"\n```".to_owned(),
        "```toml\na = [\n```\n".to_owned(),
        format!("```toml\na = {}\n```\n", "[".repeat(n)),
        format!("```toml\n{}a = 1\n```\n", "a.".repeat(n)),
    ];
    for n in [n, 240, 120] {
        texts.extend([
            rust("(".repeat(n)),
            rust(format!("fn f() {{ {}1{} }}", "(".repeat(n), ")".repeat(n))),
            rust(format!("fn f() {{ {}1 }}", "-".repeat(n))),
            rust(format!("fn f() {{ {}1 }}", "!&*".repeat(n))),
            rust(format!("fn f() {{ {} }}", "if a {} else ".repeat(n))),
            rust(format!("type T = {}u8{};", "Box<".repeat(n), ">".repeat(n))),
            rust(format!("type T = {}u8;", "*const ".repeat(n))),
            rust(format!("type T = {}u8;", "&'a mut ".repeat(n))),
            rust(format!("fn f() {{ {}1 }}", "return ".repeat(n))),
            rust(format!("fn f() {{ {}1 }}", "a = ".repeat(n))),
            rust(format!("fn f() {{ {}1 }}", "|a| ".repeat(n))),
            rust(format!("{}{}", "mod a { ".repeat(n), "}".repeat(n))),
            rust(format!("use {}a;", "a::".repeat(n))),
            rust(format!("fn f() {{ a{}; }}", ".b()".repeat(n))),
            rust(format!("fn f() {{ a{}; }}", "?".repeat(n))),
            rust(format!("fn f() {{ 1{}; }}", " + 1".repeat(n))),
            rust(format!(
                "fn f() {{ {}1{} }}",
                "match a { _ => ".repeat(n),
                "}".repeat(n)
            )),
            rust(format!("fn f() {{ {}1 }}", "'a: ".repeat(n))),
            rust(format!("type T = {}u8;", "fn() -> ".repeat(n))),
            rust(format!("type T = {}u8{};", "[".repeat(n), "; 1]".repeat(n))),
            rust(format!("{} struct S;", "#[a]".repeat(n))),
            rust(format!("fn f() {{ a{}; }}", "[0]".repeat(n))),
            rust(format!("fn f() {{ a{}; }}", "()".repeat(n))),
            rust(format!("fn f() {{ a{}; }}", " as u8".repeat(n))),
            rust(format!("fn f({}u8) {{}}", "&".repeat(n))),
            rust(format!("fn f() {{ let {}a; }}", "&".repeat(n))),
            rust(format!("fn f() {{ let {}a = 1; }}", "a @ ".repeat(n))),
            rust(format!("use {}a{};", "a::{".repeat(n), "}".repeat(n))),
        ]);
    }
    for one in ["()", "[0]", " as u8", "{}", ".b"] {
        texts.push(rust(format!("fn f() {{ a{}; }}", one.repeat(100_000))));
    }
    for one in fences {
        texts.push(one.repeat(3000));
        texts.push(rust(one.repeat(3000)));
        texts.push(rust(format!("fn main() {{ {} }}", one.repeat(100))));
        texts.push(c(one.repeat(3000)));
        texts.push(format!("```\n{}\n```\n", one.repeat(3000)));
    }
    for text in texts {
        let result = read("r", &text);
        if let Ok(reading) = result {
            for source in [&reading.sources.c, &reading.sources.rust] {
                assert_eq!(source.lines.len(), source.text.lines().count(), "{:.200}", text);
            }
        }
    }
}

/// The work for a report is about in proportion to its size: nothing here is written to take longer than the rest.
#[test]
fn big_texts_come_to_an_end() {
    let fill = |one: &str, bytes: usize| one.repeat(bytes / one.len());
    let c = |one: &str| {
        format!(
            "```c\n{}\n```\n```rust\nextern \"C\" {{ fn f(a: i32); }}\n```\n",
            fill(one, MOST_CODE / 16)
        )
    };
    let rust = |one: &str| {
        format!(
            "```c\nint f(int a);\n```\n```rust\n{}\n```\n",
            fill(one, MOST_CODE / 16)
        )
    };
    for one in [
        "#include \"a.h\"\n",
        "#include \"é/../b.h\"\nint x;\n",
        "// a.c\nint x;\n",
        "...\n\n",
        "{ ... }\n",
        "int f(int a) { ... }\n",
        "int f(int a) {\n}\n",
        "struct s { int a; };\n",
        "#pragma once\n",
        "//@ x\n",
        "1 | int x;\n",
        "\"",
        "/*",
        "int ",
    ] {
        let _ = read("r", &c(one));
    }
    for one in [
        "#![a]\n",
        "#![feature(a)]\n",
        "use a::b;\n",
        "use std::a;\n",
        "let x = 1;\n",
        "mod a;\n",
        "mod a { extern \"C\" { fn f(); } }\n",
        "extern crate a;\n",
        "fn f(a: c_int);\n",
        "struct S;\n",
        "// a.rs\nfn f() {}\n",
        "# \n",
        "/*",
        "libc::",
    ] {
        let _ = read("r", &rust(one));
    }
    for one in [
        "<pre",
        "<pre><code>",
        "<details>\n",
        "`int f(int a)` ",
        "a/b#1 ",
        "[a](https://b.c) ",
        "rustc 1.63 ",
        ">",
        "- ",
        "*",
        "[",
        "<",
        "&",
        "![",
        "\\`",
    ] {
        let _ = read("r", &fill(one, 1 << 18));
        let _ = read("r", &fill(&format!("{one}\n"), 1 << 18));
    }
}

//! Flags, the title, links, and what prose names.

use super::*;

#[test]
fn prose_only_suggests() {
    for (words, suggestion) in [
        (
            "I use rustc 1.63.",
            "the report names rustc 1.63: --toolchain rustc-1.63",
        ),
        (
            "`rustc 1.85.0 (4d91de4e4 2025-02-17)`",
            "the report names rustc 1.85: --toolchain rustc-1.85",
        ),
        (
            "Rust 1.70, Debian",
            "the report names rustc 1.70: --toolchain rustc-1.70",
        ),
        (
            "on rustc 1.97.0-nightly",
            "the report names rustc 1.97.0-nightly: --toolchain nightly",
        ),
        (
            "Rust nightly",
            "the report names a nightly rustc: --toolchain nightly",
        ),
        ("with clang 14", "the report names clang 14: --toolchain clang-14"),
        (
            "Debian clang version 19.1.7",
            "the report names clang 19: --toolchain clang-19",
        ),
        ("GCC 12", "the report names GCC 12: --toolchain gcc-12"),
        (
            "gcc (Debian 12.2.0-14) 12.2.0",
            "the report names GCC 12: --toolchain gcc-12",
        ),
        ("gcc-12 says", "the report names GCC 12: --toolchain gcc-12"),
        ("only at -O2", "the report names -O2: -O2"),
        ("with --release", "the report names `--release`: -O3"),
        (
            "built with -mavx,",
            "the report names -mavx: c-flags = [\"-mavx\"] in a block of `toml`",
        ),
        (
            "`-fshort-enums` is on",
            "the report names -fshort-enums: c-flags = [\"-fshort-enums\"] in a block of `toml`",
        ),
        (
            "RUSTFLAGS=\"-C target-cpu=native\" cargo",
            "the report names -Ctarget-cpu=native: rust-flags = [\"-Ctarget-cpu=native\"] in a block of `toml`",
        ),
        (
            "-fsanitize=address",
            "the report names -fsanitize=address, which a report may not set",
        ),
        (
            "for wasm32-unknown-unknown",
            "the report names wasm32-unknown-unknown: --target wasm",
        ),
        ("wasm32 only", "the report names wasm32: --target wasm"),
        (
            "x86_64-unknown-linux-gnu.",
            "the report names x86_64-unknown-linux-gnu: --target native",
        ),
        (
            "on aarch64-apple-darwin",
            "the report names aarch64-apple-darwin, for which nothing is built here",
        ),
    ] {
        let plain = report(&format!("{C}{RUST}"));
        let reading = report(&format!("{words}\n\n{C}{RUST}"));
        assert!(
            reading.suggestions.iter().any(|one| one == suggestion),
            "{words}: {:?}",
            reading.suggestions
        );
        assert_eq!(
            (&reading.sources.c_flags, &reading.sources.rust_flags),
            (&plain.sources.c_flags, &plain.sources.rust_flags),
            "{words}"
        );
    }
    for words in [
        "gcc 2 times",
        "rust is fine",
        "the clang people",
        "1.63",
        "-m",
        "- O2",
        "a-file -f",
        "wasmtime",
    ] {
        assert_eq!(
            report(&format!("{words}\n\n{C}{RUST}")).suggestions,
            [""; 0],
            "{words}"
        );
    }
    let script = report(&format!(
        "'''rust\nfn main() {{ cc::Build::new().flag(\"-mavx2\").compile(\"x\") }}\n'''\n{C}{RUST}"
    ));
    assert_eq!(script.suggestions.len(), 1, "{:?}", script.suggestions);
}

#[test]
fn flags_come_from_a_list() {
    for flag in [
        "-mavx",
        "-mavx512f",
        "-march=x86-64-v3",
        "-mno-sse2",
        "-fshort-enums",
        "-fno-strict-aliasing",
        "-Xclang=-target-abi",
        "-Xclang=experimental-mv",
        "-fpack-struct=1",
        "-fclang-abi-compat=7",
        "-std=c99",
        "-std=gnu++20",
        "-DX",
        "-DX=1",
        "-O2",
        "-Os",
    ] {
        assert!(flags::c_allowed(flag), "{flag}");
    }
    for flag in [
        "@file",
        "-mllvm",
        "-mllvm=-load=x.so",
        "-m32",
        "-fplugin=x.so",
        "-fpass-plugin=x.so",
        "-fuse-ld=evil",
        "-fprofile-use=x",
        "-fmodule-map-file=x",
        "-include",
        "-I/",
        "-x",
        "-B.",
        "-Wl,-rpath,x",
        "-wrapper",
        "-specs=x",
        "-o",
        "x.c",
        "/etc/passwd",
        "-DX=\"/etc\"",
        "-D",
        "-std=",
        "-fsanitize=address",
        "-O9",
        "",
        "-mcpu=@x",
        "-march=a b",
        "-fsave-optimization-record",
        "-load",
        "-Xclang",
        "--sysroot=/",
        "-Xclang",
        "-Xclang=-load",
    ] {
        assert!(!flags::c_allowed(flag), "{flag}");
    }
    for (flag, allowed) in [
        ("-Ctarget-cpu=native", true),
        ("-Copt-level=3", true),
        ("-Ctarget-feature=+avx,-sse2", true),
        ("-Clinker=x", false),
        ("-Clink-arg=x", false),
        ("-Cincremental=x", false),
        ("-Zunstable", false),
        ("--cfg", false),
        ("-L.", false),
        ("-Ctarget-cpu=/x", false),
        ("@x", false),
        ("--extern", false),
        ("-Cllvm-args=-load", false),
    ] {
        assert_eq!(flags::rust_allowed(flag), allowed, "{flag}");
    }
    for (flag, allowed) in [
        ("--no-stack-first", true),
        ("--stack-first", true),
        ("-zstack-size=65536", true),
        ("--global-base=4096", true),
        ("-zstack-size=", false),
        ("-zstack-size=1k", false),
        ("-zexecstack", false),
        ("--allow-undefined", false),
        ("--export-all", false),
        ("-o", false),
        ("@x", false),
        ("x.o", false),
    ] {
        assert_eq!(flags::wasm_link_allowed(flag), allowed, "{flag}");
    }
    let reading = report(&format!(
        "Built with -fshort-enums and -mavx.\n\n{C}{RUST}'''toml\nwasm-link-flags = \"--no-stack-first\"\nc-flags = [\"-fshort-enums\", \"-fplugin=x.so\"]\nrust-flags = [\"-C\", \"target-cpu=native\", \"-Clinker=x\"]\nedition = \"2018\"\nrust-features = [\"c_variadic\", \"a b\"]\nelse = 1\n'''\n"
    ));
    let sources = &reading.sources;
    assert_eq!(sources.c_flags, ["-fshort-enums"]);
    assert_eq!(sources.wasm_link_flags, ["--no-stack-first"]);
    // What is applied is not offered as well.
    assert_eq!(
        reading.suggestions,
        ["the report names -mavx: c-flags = [\"-mavx\"] in a block of `toml`"]
    );
    assert_eq!(sources.rust_flags, ["-Ctarget-cpu=native"]);
    assert_eq!(
        (sources.edition, sources.rust_features.as_slice()),
        (
            Some(crate::directive::Edition::E2018),
            &["c_variadic".to_owned()][..]
        )
    );
    for note in [
        "`-fplugin=x.so` is refused",
        "`-Clinker=x` is refused",
        "`a b` is refused",
        "`else` is not known",
        "`-fshort-enums` is applied",
    ] {
        assert!(noted(&reading, note), "{note}: {:?}", reading.notes);
    }
}

#[test]
fn the_title_is_what_the_report_is_about() {
    for (text, title) in [
        ("# Wrong value\n\n## Code\n", "Wrong value"),
        (
            "### Summary\n\nThe value is wrong.\nReally.\n\n### Code\n",
            "The value is wrong.",
        ),
        ("It crashes\n\nmore\n", "It crashes"),
        ("Title: It crashes\n\n## What I did\n", "What I did"),
        ("Wrong `f`\n=====\n", "Wrong f"),
        ("", "a report"),
    ] {
        assert_eq!(report(&format!("{text}\n{C}{RUST}")).sources.title, title);
    }
    assert_eq!(
        report(&format!("# {}\n{C}{RUST}", "x".repeat(5000)))
            .sources
            .title
            .len(),
        160
    );
}

#[test]
fn links_become_references() {
    let reading = report(&format!(
        "see acme/lib#12, [this](https://example.org/a?b=c) and <https://example.org/d>.\nhttps://example.org/e. Also a#3, a/b#c, C#.\n\n{C}{RUST}"
    ));
    let mut references = reading.sources.references;
    references.sort();
    assert_eq!(
        references,
        [
            "acme/lib#12",
            "https://example.org/a?b=c",
            "https://example.org/d",
            "https://example.org/e"
        ]
    );
}

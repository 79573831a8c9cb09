//! Which language a text is in, by its words.

use twincall_abi::model::Language;

use super::scan::{masked, tokens};
use super::syntax;

/// The language that a text seems to be in. What is C and C++ alike is C.
pub(crate) fn likely(text: &str) -> Language {
    let Weights { rust, c } = Weights::of(text);
    // C++ has `::` too.
    let words = || weight(&masked(text, true), &RUST) > 0 || text.contains("#[");
    let is_rust = rust > c && words() || rust > 0 && syntax::parse(text).is_ok();
    match is_rust {
        true => Language::Rust,
        false if is_cpp(text) || has_members(text) => Language::Cpp,
        false => Language::C,
    }
}

/// How much of a text is in words and signs of one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Weights {
    pub(crate) rust: usize,
    pub(crate) c: usize,
}

impl Weights {
    /// Those of C and C++ are one.
    pub(crate) fn of(text: &str) -> Weights {
        let rust_lines = masked(text, true);
        let c_lines = masked(text, false);
        let signs = ["::", "#[", "#!["].iter();
        let includes = c_lines
            .lines()
            .filter(|line| line.trim_start().starts_with("#include"));
        Weights {
            rust: weight(&rust_lines, &RUST)
                + signs
                    .map(|sign| 2 * rust_lines.matches(sign).count())
                    .sum::<usize>(),
            c: weight(&c_lines, &C) + 4 * includes.count(),
        }
    }
}

const RUST: [&str; 13] = [
    "fn", "let", "impl", "pub", "mut", "usize", "unsafe", "crate", "u8", "u32", "i32", "u64", "i64",
];

const C: [&str; 16] = [
    "int", "void", "char", "long", "double", "float", "unsigned", "typedef", "size_t", "uint8_t", "uint32_t",
    "int32_t", "uint64_t", "struct", "return", "static",
];

fn weight(text: &str, words: &[&str]) -> usize {
    tokens(text).filter(|token| words.contains(token)).count()
}

/// Whether a type has what only a class of C++ has, or a parameter is a reference.
fn has_members(text: &str) -> bool {
    let masked = masked(text, false);
    let all: Vec<&str> = tokens(&masked).collect();
    let word = |token: &str| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let has_bodies = all.iter().any(|token| matches!(*token, "return" | "="));
    // In the body of a function it may be an operator.
    let reference = |four: &[&str]| matches!(*four, [ty, "&", name, ")" | ","] if word(ty) && word(name));
    !has_bodies && all.windows(4).any(reference)
        || all.windows(3).any(|three| match *three {
            [":", ":", _] | ["public" | "private" | "protected", ":", _] | ["virtual", ..] => true,
            ["{" | ";", "~", name] | [name, "&", ")" | ","] => word(name),
            _ => false,
        })
}

/// Whether a text that is called C is C++.
pub(crate) fn is_cpp(text: &str) -> bool {
    let masked = masked(text, false);
    let words = [
        "class",
        "template",
        "namespace",
        "nullptr",
        "static_cast",
        "reinterpret_cast",
        "constexpr",
        "using",
        "typename",
        "noexcept",
        "decltype",
    ];
    let headers = [
        "<iostream>",
        "<vector>",
        "<string>",
        "<memory>",
        "<cstdint>",
        "<cstddef>",
        "<cstring>",
        "<cstdio>",
        "<cstdlib>",
        "<array>",
        "<functional>",
        "<utility>",
        "<type_traits>",
    ];
    let included = text
        .lines()
        .filter(|line| line.trim_start().starts_with("#include"))
        .any(|line| headers.iter().any(|header| line.contains(header)));
    // `extern "C"` of a header for both languages stands behind `__cplusplus`.
    let linkage = text.contains("extern \"C\"") && !text.contains("__cplusplus");
    included || linkage || masked.contains("std::") || tokens(&masked).any(|token| words.contains(&token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_seems_to_be_in_the_language_whose_words_it_has() {
        for (text, language) in [
            ("", Language::C),
            ("int f(int fn, int u8);", Language::C),
            ("struct s { int a; }; struct s f(int (*fn)(void))", Language::C),
            ("int f(int a) { return a & 1, ~a; }", Language::C),
            ("fn f(x: c_int)", Language::Rust),
            (
                "extern \"C\" fn f(x: u32, s: S) -> S; #[repr(C)] struct S { a: u8 }",
                Language::Rust,
            ),
            ("extern \"C\" fn f(x u8)", Language::Rust),
            ("struct S { a: std::ffi::c_int }", Language::Rust),
            ("extern \"C\" int f(int);", Language::Cpp),
            ("std::string f(std::vector<int> v)", Language::Cpp),
            ("n::T f(n::T t)", Language::Cpp),
            ("struct S { ~S(); int x; }; S f(S);", Language::Cpp),
            ("struct S { virtual int m(); };", Language::Cpp),
            ("int f(int &x)", Language::Cpp),
            ("class C { public: int a; };", Language::Cpp),
        ] {
            assert_eq!(likely(text), language, "{text}");
        }
    }
}

//! Which rustc a fixture's syntax asks for, so that one that is too old is said to be that instead of failing at it. It
//! knows what fixtures use; anything else an old rustc refuses in its own words.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use serde::{Deserialize, Serialize};
use syn::visit::{self, Visit};

/// The oldest rustc that reads a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Requirement {
    /// Of Rust 1: 82 is rustc 1.82.
    pub minor: u32,
    /// What asks for it, as the source writes it.
    pub what: String,
}

/// The greatest of a file's requirements, and of equal ones the first.
pub(super) fn requirement(file: &syn::File) -> Option<Requirement> {
    let mut scan = Scan { found: None };
    scan.tokens(file.to_token_stream());
    scan.visit_file(file);
    scan.found
}

struct Scan {
    found: Option<Requirement>,
}

impl Scan {
    fn needs(&mut self, minor: u32, what: impl Into<String>) {
        if self.found.as_ref().is_none_or(|found| found.minor < minor) {
            self.found = Some(Requirement {
                minor,
                what: what.into(),
            });
        }
    }

    /// What single tokens and their neighbours show, inside macros too.
    fn tokens(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            let rest = &trees[index + 1..];
            match tree {
                TokenTree::Ident(word) => self.word(&word.to_string(), rest),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.starts_with("c\"") || text.starts_with("cr\"") || text.starts_with("cr#") {
                        self.needs(77, "C string literals");
                    }
                    if text == "\"C-unwind\"" {
                        self.needs(71, "extern \"C-unwind\"");
                    }
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == '&' && is_word(rest.first(), &["raw"]) {
                        let kind = rest.get(1).map(ToString::to_string).unwrap_or_default();
                        if is_word(rest.get(1), &["const", "mut"]) {
                            self.needs(82, format!("&raw {kind}"));
                        }
                    }
                    if punct.as_char() == '#' {
                        self.attribute(rest);
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
            }
        }
    }

    fn word(&mut self, word: &str, rest: &[TokenTree]) {
        match word {
            "unsafe" if is_word(rest.first(), &["extern"]) && opens_block(&rest[1..]) => {
                self.needs(82, "unsafe extern");
            }
            "safe" if is_word(rest.first(), &["fn", "static"]) => {
                self.needs(82, "safe items in extern blocks")
            }
            "offset_of" if is_punct(rest.first(), '!') => self.needs(77, "offset_of!"),
            // `ffi::c_int` and `ffi::{c_int, c_void}`.
            "ffi" if is_punct(rest.first(), ':') => match rest.get(2) {
                Some(TokenTree::Ident(name)) => self.foreign_name(&name.to_string()),
                Some(TokenTree::Group(names)) => {
                    for name in names.stream() {
                        self.foreign_name(&name.to_string());
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn foreign_name(&mut self, name: &str) {
        if name != "c_void" && (name.starts_with("c_") || name == "CStr") {
            self.needs(64, format!("core::ffi::{name}"));
        }
    }

    /// `#[unsafe(no_mangle)]`.
    fn attribute(&mut self, rest: &[TokenTree]) {
        let Some(TokenTree::Group(group)) = rest.first() else {
            return;
        };
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        if let [word, TokenTree::Group(inner), ..] = &inside[..]
            && group.delimiter() == Delimiter::Bracket
            && is_word(Some(word), &["unsafe"])
        {
            let name = inner.stream().into_iter().next();
            let name = name.map(|name| name.to_string()).unwrap_or_default();
            self.needs(82, format!("unsafe({name})"));
        }
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if local.init.as_ref().is_some_and(|init| init.diverge.is_some()) {
            self.needs(65, "let … else");
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let sides = [&binary.left, &binary.right];
        if sides.iter().any(|side| matches!(***side, syn::Expr::Let(_))) {
            self.needs(88, "let chains");
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_const(&mut self, block: &'ast syn::ExprConst) {
        self.needs(79, "const blocks");
        visit::visit_expr_const(self, block);
    }
}

/// Whether an optional ABI string and then a block follow: `extern "C" {`.
fn opens_block(rest: &[TokenTree]) -> bool {
    let after = match rest.first() {
        Some(TokenTree::Literal(_)) => rest.get(1),
        first => first,
    };
    matches!(after, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

fn is_word(tree: Option<&TokenTree>, words: &[&str]) -> bool {
    matches!(tree, Some(TokenTree::Ident(word)) if words.iter().any(|known| word == known))
}

fn is_punct(tree: Option<&TokenTree>, character: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(text: &str) -> Option<(u32, String)> {
        let file = syn::parse_file(text).unwrap();
        requirement(&file).map(|found| (found.minor, found.what))
    }

    #[test]
    fn old_syntax_asks_for_nothing() {
        let text = r#"#[no_mangle] pub unsafe extern "C" fn f(x: *const core::ffi::c_void, raw: &u8) -> u8 { *raw & raw.clone() }
            extern "C" { fn g(safe: u8); } type F = unsafe extern "C" fn(); const C: u8 = b'c';"#;
        assert_eq!(needed(text), None);
    }

    #[test]
    fn new_syntax_names_its_rustc() {
        let cases = [
            (
                "#[unsafe(no_mangle)] pub extern \"C\" fn f() {}",
                82,
                "unsafe(no_mangle)",
            ),
            ("unsafe extern \"C\" { fn f(); }", 82, "unsafe extern"),
            ("fn f(x: u8) { let _ = &raw const x; }", 82, "&raw const"),
            ("macro_rules! m { () => { c\"x\" } }", 77, "C string literals"),
            ("use core::ffi::{c_void, c_int};", 64, "core::ffi::c_int"),
            (
                "fn f(x: Option<u8>) { let Some(_) = x else { return }; }",
                65,
                "let … else",
            ),
            (
                "fn f(x: Option<u8>) { if let Some(y) = x && y > 1 {} }",
                88,
                "let chains",
            ),
            ("extern \"C-unwind\" fn f() {}", 71, "extern \"C-unwind\""),
        ];
        for (text, minor, what) in cases {
            assert_eq!(needed(text), Some((minor, what.to_owned())), "{text}");
        }
        let both = "use core::ffi::c_int; #[unsafe(export_name = \"x\")] fn f() {}";
        assert_eq!(needed(both), Some((82, "unsafe(export_name)".to_owned())));
    }
}

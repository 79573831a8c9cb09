//! The edition of Rust: the one that a report names, or one of whose words its text is.

use std::collections::BTreeSet;

use syn::visit::Visit;

use crate::directive::Edition;
use crate::source::items::item_names;
use crate::source::scan::{masked, tokens};
use crate::source::syntax;

/// Words between the word `edition` and its year: `edition = "2018"`.
const BETWEEN: usize = 3;

/// The edition that a report's words name: `--edition 2018`, `edition2018`, `the 2018 edition`.
pub(super) fn stated(words: &str) -> Option<Edition> {
    let words: Vec<String> = tokens(words).map(str::to_lowercase).collect();
    let year = |word: &str| Edition::named(word);
    for (at, word) in words.iter().enumerate() {
        let Some(rest) = word.strip_prefix("edition") else {
            continue;
        };
        if !rest.is_empty() {
            match year(rest) {
                Some(edition) => return Some(edition),
                None => continue,
            }
        }
        let after = words[at + 1..].iter().take(BETWEEN);
        let named = after
            .take_while(|word| year(word).is_some() || matches!(word.as_str(), "=" | ":" | "\"" | "`"))
            .find_map(|word| year(word));
        let before = at.checked_sub(1).and_then(|before| year(&words[before]));
        if let Some(edition) = named.or(before) {
            return Some(edition);
        }
    }
    None
}

/// The only edition, or the newest, that takes a text which today's default does not, and what in it tells so.
pub(super) fn guessed(text: &str) -> Option<(Edition, &'static str)> {
    let file = syntax::parse(text).ok()?;
    let mut signs = Signs {
        traits: traits(&file.items),
        at_root: file.items.iter().flat_map(item_names).collect(),
        ..Signs::default()
    };
    signs.visit_file(&file);
    if signs.from_root {
        Some((Edition::E2015, "its paths begin at the crate without `crate::`"))
    } else if signs.bare_trait {
        Some((Edition::E2018, "a trait stands for a type without `dyn`"))
    } else if signs.let_chain {
        Some((Edition::E2024, "`let` stands in a chain of conditions"))
    } else {
        None
    }
}

fn traits(items: &[syn::Item]) -> BTreeSet<String> {
    let names = items.iter().filter_map(|item| match item {
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        _ => None,
    });
    names.collect()
}

#[derive(Default)]
struct Signs {
    traits: BTreeSet<String>,
    at_root: BTreeSet<String>,
    /// Modules around what is visited.
    depth: usize,
    /// What the innermost module binds.
    own: BTreeSet<String>,
    from_root: bool,
    bare_trait: bool,
    let_chain: bool,
}

impl Signs {
    fn path(&mut self, absolute: bool, first: Option<&syn::Ident>) {
        let Some(first) = first.map(ToString::to_string) else {
            return;
        };
        self.from_root |= absolute && self.at_root.contains(&first);
    }
}

impl<'ast> Visit<'ast> for Signs {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let items = module.content.as_ref().map(|(_, items)| items.as_slice());
        let own = items.unwrap_or_default().iter().flat_map(item_names).collect();
        let outer = std::mem::replace(&mut self.own, own);
        self.depth += 1;
        syn::visit::visit_item_mod(self, module);
        self.depth -= 1;
        self.own = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let syn::UseTree::Path(path) = &item.tree {
            // Within a module such a path names what is beside it, or a crate.
            let name = path.ident.to_string();
            let elsewhere = self.depth > 0 && !self.own.contains(&name);
            self.path(item.leading_colon.is_some() || elsewhere, Some(&path.ident));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().map(|segment| &segment.ident);
        self.path(path.leading_colon.is_some(), first);
        syn::visit::visit_path(self, path);
    }

    fn visit_type(&mut self, ty: &'ast syn::Type) {
        match ty {
            syn::Type::Path(path) if path.qself.is_none() => {
                let name = path.path.get_ident().map(ToString::to_string);
                self.bare_trait |= name.is_some_and(|name| self.traits.contains(&name));
            }
            syn::Type::TraitObject(object) => self.bare_trait |= object.dyn_token.is_none(),
            _ => {}
        }
        syn::visit::visit_type(self, ty);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let chain = matches!(binary.op, syn::BinOp::And(_));
        let binds = |side: &syn::Expr| matches!(side, syn::Expr::Let(_));
        self.let_chain |= chain && (binds(&binary.left) || binds(&binary.right));
        syn::visit::visit_expr_binary(self, binary);
    }
}

/// Writes the names that have become words of Rust since, `async` and `try`, so that every edition takes them, and says which.
pub(super) fn raw_names(text: &mut String) -> Vec<&'static str> {
    let mut found = Vec::new();
    for word in ["async", "await", "try", "dyn"] {
        let places = as_names(text, word);
        let mut raw = String::with_capacity(text.len() + 2 * places.len());
        let mut written = 0;
        for at in &places {
            raw.push_str(&text[written..*at]);
            raw.push_str("r#");
            written = *at;
        }
        raw.push_str(&text[written..]);
        *text = raw;
        if !places.is_empty() {
            found.push(word);
        }
    }
    found
}

/// Where a word of Rust stands as a name.
fn as_names(text: &str, word: &str) -> Vec<usize> {
    let masked = masked(text, true);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let places = masked.match_indices(word).filter(|(at, _)| {
        let before = masked[..*at].chars().next_back();
        let rest = &masked[at + word.len()..];
        if before.is_some_and(|c| is_word(c) || c == '#') || rest.starts_with(is_word) {
            return false;
        }
        let head = masked[..*at].trim_end();
        let next = rest.trim_start();
        let defined = ["fn", "let", "mod", "mut"].iter().any(|before| {
            head.strip_suffix(before)
                .is_some_and(|head| !head.ends_with(is_word))
        });
        let goes_on = |words: &[&str]| {
            words.iter().any(|word| {
                let ends = |rest: &str| !word.ends_with(is_word) || !rest.starts_with(is_word);
                next.strip_prefix(word).is_some_and(ends)
            })
        };
        match word {
            "async" => defined || !goes_on(&["fn", "move", "unsafe", "extern", "{", "|", "for"]),
            "try" => defined || !goes_on(&["{"]),
            "await" => defined || !head.ends_with('.'),
            // Before the name of a trait it is the word.
            _ => defined,
        }
    });
    places.map(|(at, _)| at).collect()
}

//! Source text of tokens on one line, and types respelled so that they hold outside their function.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, LineColumn, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

use super::external;
use super::scope::{Found, Scope, Space, names};

/// The source text of `tokens` without comments and with folded white space.
pub(super) fn fold(tokens: impl ToTokens) -> String {
    let mut text = Folded::default();
    text.stream(tokens.to_token_stream());
    text.text
}

/// A type as it can be written in a child of the root module: each lifetime is `'static`, and `self::` is `super::`. What is
/// imported at the root, that child imports too; of what stands `below` the root each path is written out.
pub(super) fn respell(ty: &syn::Type, scope: &Scope<'_>, module: usize, below: bool) -> String {
    let mut edits = Edits {
        scope,
        module,
        below,
        edits: BTreeMap::new(),
        bound: Vec::new(),
        inside_fn: 0,
    };
    edits.visit_type(ty);
    let mut text = Folded {
        edits: edits.edits,
        ..Folded::default()
    };
    text.stream(ty.to_token_stream());
    text.text
}

#[derive(Default)]
struct Folded {
    text: String,
    end: Option<LineColumn>,
    edits: BTreeMap<(usize, usize), Edit>,
}

enum Edit {
    Replace(String),
    Append(String),
}

impl Folded {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.token(open, group.span_open());
                    self.stream(group.stream());
                    self.token(close, group.span_close());
                }
                // A lifetime is an apostrophe and a name; edits know it as one token.
                TokenTree::Punct(mark) if mark.as_char() == '\'' && mark.spacing() == Spacing::Joint => {
                    if let Some(TokenTree::Ident(name)) = tokens.next() {
                        self.lifetime(&format!("'{name}"), mark.span(), name.span());
                    }
                }
                token => self.token(&token.to_string(), token.span()),
            }
        }
    }

    fn lifetime(&mut self, text: &str, start: proc_macro2::Span, end: proc_macro2::Span) {
        self.token(text, start);
        self.end = Some(end.end());
    }

    fn token(&mut self, token: &str, span: proc_macro2::Span) {
        let start = span.start();
        let closing = matches!(token, ")" | "]" | "," | ";");
        if token == ")" && self.text.ends_with(',') {
            self.text.pop();
        }
        if self.end.is_some_and(|end| end != start) && !closing && !self.text.ends_with(['(', '[']) {
            self.text.push(' ');
        }
        match self.edits.get(&(start.line, start.column)) {
            Some(Edit::Replace(text)) => self.text.push_str(text),
            Some(Edit::Append(text)) => {
                self.text.push_str(token);
                self.text.push_str(text);
            }
            None => self.text.push_str(token),
        }
        self.end = Some(span.end());
    }
}

/// Collects what must change, by the place of the token that changes.
struct Edits<'a, 's> {
    scope: &'s Scope<'a>,
    module: usize,
    below: bool,
    edits: BTreeMap<(usize, usize), Edit>,
    /// Lifetimes that a `for<..>` of the type itself introduces.
    bound: Vec<String>,
    /// Inside a function pointer an elided lifetime means "any", and must stay.
    inside_fn: u32,
}

impl Edits<'_, '_> {
    fn edit(&mut self, span: proc_macro2::Span, edit: Edit) {
        let start = span.start();
        self.edits.insert((start.line, start.column), edit);
    }

    /// Writes a path out from the root of the unit; behind its last name stands `suffix`.
    fn write_out(&mut self, path: &syn::Path, suffix: &str) {
        let written = names(path);
        let found = match self.scope.find(self.module, &written, Space::Type) {
            // The length of an array.
            Found::Missing => self.scope.find(self.module, &written, Space::Value),
            found => found,
        };
        let text = match found {
            Found::Local { name, .. } => format!("super::{name}"),
            Found::External(path) => external::from_anywhere(&path),
            Found::Missing => written.join("::"),
        };
        let colons = path
            .segments
            .pairs()
            .filter_map(|pair| pair.punct().copied().copied());
        for colon in path.leading_colon.into_iter().chain(colons) {
            for span in colon.spans {
                self.edit(span, Edit::Replace(String::new()));
            }
        }
        let last = path.segments.len().saturating_sub(1);
        for (index, segment) in path.segments.iter().enumerate() {
            let start = if index == 0 { text.as_str() } else { "" };
            let end = if index == last { suffix } else { "" };
            self.edit(segment.ident.span(), Edit::Replace(format!("{start}{end}")));
        }
    }

    /// The number of lifetime parameters of the type that a path names.
    fn lifetimes_of(&self, path: &syn::Path) -> usize {
        match self.scope.find(self.module, &names(path), Space::Type) {
            Found::Local { item, .. } => item.generics().map_or(0, |generics| generics.lifetimes().count()),
            Found::External(path) => {
                usize::from(path.last().is_some_and(|name| external::has_lifetime(name)))
            }
            Found::Missing => 0,
        }
    }
}

impl<'ast> Visit<'ast> for Edits<'_, '_> {
    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        if reference.lifetime.is_none() && self.inside_fn == 0 {
            self.edit(reference.and_token.span, Edit::Append("'static ".to_owned()));
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
        let any = lifetime.ident == "_" && self.inside_fn > 0;
        if !any && !self.bound.iter().any(|bound| lifetime.ident == bound) {
            self.edit(lifetime.apostrophe, Edit::Replace("'static".to_owned()));
        }
    }

    fn visit_type_bare_fn(&mut self, pointer: &'ast syn::TypeBareFn) {
        let outer = self.bound.len();
        if let Some(bound) = &pointer.lifetimes {
            for parameter in &bound.lifetimes {
                if let syn::GenericParam::Lifetime(parameter) = parameter {
                    self.bound.push(parameter.lifetime.ident.to_string());
                }
            }
        }
        self.inside_fn += 1;
        for input in &pointer.inputs {
            self.visit_type(&input.ty);
        }
        if let syn::ReturnType::Type(_, result) = &pointer.output {
            self.visit_type(result);
        }
        self.inside_fn -= 1;
        self.bound.truncate(outer);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(first) = path.segments.first()
            && first.ident == "self"
            && !self.below
        {
            self.edit(first.ident.span(), Edit::Replace("super".to_owned()));
        }
        let elided = self.lifetimes_of(path);
        if self.below {
            let plain = path.segments.last().is_some_and(|last| last.arguments.is_none());
            let suffix = match plain && elided > 0 && self.inside_fn == 0 {
                true => format!("<{}>", vec!["'static"; elided].join(", ")),
                false => String::new(),
            };
            self.write_out(path, &suffix);
        }
        if let Some(last) = path.segments.last()
            && elided > 0
            && self.inside_fn == 0
        {
            let list = vec!["'static"; elided].join(", ");
            match &last.arguments {
                syn::PathArguments::None if self.below => {}
                syn::PathArguments::None => self.edit(last.ident.span(), Edit::Append(format!("<{list}>"))),
                syn::PathArguments::AngleBracketed(arguments) => {
                    let given = arguments
                        .args
                        .iter()
                        .any(|argument| matches!(argument, syn::GenericArgument::Lifetime(_)));
                    if !given {
                        self.edit(arguments.lt_token.span, Edit::Append(format!("{list}, ")));
                    }
                }
                syn::PathArguments::Parenthesized(_) => {}
            }
        }
        visit::visit_path(self, path);
    }
}

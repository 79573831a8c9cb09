//! What attributes say about an item once `cfg` and `cfg_attr` are decided for a target; not which items exist.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Token};
use twincall_abi::target::Target;
use twincall_abi::types::TypeAttributes;

/// The attributes that hold on `target`, with `cfg_attr` and `unsafe(..)` opened, or `None` where a `cfg` removes the item.
pub(super) fn active(attributes: &[Attribute], target: Target) -> Option<Vec<Meta>> {
    let mut metas = Vec::new();
    for attribute in attributes {
        expand(attribute.meta.clone(), target, &mut metas)?;
    }
    Some(metas)
}

/// What `repr(..)` asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Repr {
    pub(super) attributes: TypeAttributes,
    /// `repr(u8)`: the name of the integer.
    pub(super) integer: Option<String>,
    pub(super) simd: bool,
}

impl Repr {
    pub(super) fn read(metas: &[Meta]) -> Repr {
        let mut repr = Repr::default();
        for list in metas
            .iter()
            .filter(|meta| meta.path().is_ident("repr"))
            .filter_map(list_tokens)
        {
            // A malformed `repr` is reported by rustc, with a better message than ours.
            let _ = (|input: ParseStream<'_>| repr.parse(input)).parse2(list);
        }
        repr
    }

    fn parse(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            let name = input.call(Ident::parse_any)?.to_string();
            let mut argument = None;
            if input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in input);
                argument = Some(content.parse::<LitInt>()?.base10_parse::<u64>()?);
            }
            match name.as_str() {
                "C" => self.attributes.c = true,
                "transparent" => self.attributes.transparent = true,
                "packed" => self.attributes.packed = Some(argument.unwrap_or(1)),
                "align" => self.attributes.align = self.attributes.align.max(argument),
                "simd" => self.simd = true,
                "Rust" => {}
                _ => self.integer = Some(name),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

/// The link symbol that `no_mangle` or `export_name` gives an item called `name`.
pub(super) fn exported_symbol(metas: &[Meta], name: &str) -> Option<String> {
    string_value(metas, "export_name").or_else(|| {
        metas
            .iter()
            .any(|meta| meta.path().is_ident("no_mangle"))
            .then(|| name.to_owned())
    })
}

/// The features that `target_feature(enable = "..")` lists, comma separated.
pub(super) fn target_features(metas: &[Meta]) -> Option<String> {
    let mut features = Vec::new();
    for list in metas
        .iter()
        .filter(|meta| meta.path().is_ident("target_feature"))
        .filter_map(list_tokens)
    {
        if let Ok(values) = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list) {
            features.extend(values.iter().filter_map(literal_value));
        }
    }
    (!features.is_empty()).then(|| features.join(","))
}

/// The text of an attribute `name = "text"`.
pub(super) fn string_value(metas: &[Meta], name: &str) -> Option<String> {
    metas
        .iter()
        .filter(|meta| meta.path().is_ident(name))
        .find_map(literal_value)
}

fn literal_value(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn list_tokens(meta: &Meta) -> Option<TokenStream> {
    match meta {
        Meta::List(list) => Some(list.tokens.clone()),
        _ => None,
    }
}

fn expand(meta: Meta, target: Target, metas: &mut Vec<Meta>) -> Option<()> {
    let Some(tokens) = list_tokens(&meta) else {
        metas.push(meta);
        return Some(());
    };
    let path = meta.path();
    if path.is_ident("cfg") {
        // A predicate that we cannot read keeps the item: rustc will say what is wrong with it.
        let holds = (|input: ParseStream<'_>| {
            let holds = predicate(input, target)?;
            input.parse::<Option<Token![,]>>()?;
            Ok(holds)
        })
        .parse2(tokens);
        return holds.unwrap_or(true).then_some(());
    }
    if path.is_ident("cfg_attr") {
        let inner = (|input: ParseStream<'_>| {
            let holds = predicate(input, target)?;
            input.parse::<Token![,]>()?;
            let inner = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
            Ok(if holds {
                inner.into_iter().collect()
            } else {
                Vec::new()
            })
        })
        .parse2(tokens);
        for meta in inner.unwrap_or_default() {
            expand(meta, target, metas)?;
        }
        return Some(());
    }
    if path.is_ident("unsafe") {
        metas.extend(syn::parse2::<Meta>(tokens).ok());
        return Some(());
    }
    metas.push(meta);
    Some(())
}

fn predicate(input: ParseStream<'_>, target: Target) -> syn::Result<bool> {
    let name = input.call(Ident::parse_any)?.to_string();
    if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        return operator(&name, &content, target);
    }
    if input.parse::<Option<Token![=]>>()?.is_some() {
        let value = input.parse::<LitStr>()?.value();
        return Ok(pair_holds(&name, &value, target));
    }
    Ok(match name.as_str() {
        "true" => true,
        "unix" | "target_thread_local" => target == Target::X86_64LinuxGnu,
        // Which it is depends on the optimisation level, which an interface does not know.
        "debug_assertions" => true,
        _ => false,
    })
}

fn operator(name: &str, content: ParseStream<'_>, target: Target) -> syn::Result<bool> {
    if !matches!(name, "all" | "any" | "not") {
        content.parse::<TokenStream>()?;
        return Ok(false);
    }
    let mut operands = Vec::new();
    while !content.is_empty() {
        operands.push(predicate(content, target)?);
        content.parse::<Option<Token![,]>>()?;
    }
    Ok(match name {
        "all" => operands.iter().all(|holds| *holds),
        "any" => operands.iter().any(|holds| *holds),
        _ => !operands.iter().all(|holds| *holds),
    })
}

fn pair_holds(key: &str, value: &str, target: Target) -> bool {
    let wasm = target == Target::Wasm32Unknown;
    match key {
        "target_arch" => value == if wasm { "wasm32" } else { "x86_64" },
        "target_os" => value == if wasm { "unknown" } else { "linux" },
        "target_env" => value == if wasm { "" } else { "gnu" },
        "target_family" => value == if wasm { "wasm" } else { "unix" },
        "target_pointer_width" => value == if wasm { "32" } else { "64" },
        "target_endian" => value == "little",
        "target_vendor" => value == "unknown",
        "target_abi" => value.is_empty(),
        "target_has_atomic" => matches!(value, "8" | "16" | "32" | "64" | "ptr"),
        "target_feature" if wasm => {
            matches!(
                value,
                "bulk-memory"
                    | "multivalue"
                    | "mutable-globals"
                    | "nontrapping-fptoint"
                    | "reference-types"
                    | "sign-ext"
            )
        }
        "target_feature" => matches!(value, "fxsr" | "sse" | "sse2" | "x87"),
        "panic" => value == "abort",
        _ => false,
    }
}

//! Changes of a report's Rust part: parameters and results of the declarations that are wrong, and types. What is right keeps the
//! spelling that the report has.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::Visit;
use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::align::{align, alike};
use super::{Both, Edit, Extent, Wrong};
use crate::build::classes::with_addresses;
use crate::explain::translate::{self, Style, Writer};
use crate::facts::Root;

/// Nothing where something has no counterpart in Rust.
pub(super) fn edits(text: &str, wrong: &Wrong, both: &Both<'_>, extent: Extent) -> Option<Vec<Edit>> {
    let file = syn::parse_file(text).ok()?;
    let mut items = Items::default();
    items.visit_file(&file);
    let known = both.names(Side::C);
    let writer =
        Writer::new(both.c, Side::Rust, Target::X86_64LinuxGnu, Style::Readable).with_known(known.clone());
    let mut edits = Vec::new();
    let mut changed = both.c.clone();
    changed.functions.clear();
    for (symbol, roots) in &wrong.functions {
        let (c, rust) = (both.c.function(symbol)?, both.rust.function(symbol)?);
        let c = &with_addresses(c, both.c).unwrap_or_else(|| c.clone());
        for (name, signature, around) in &items.functions {
            if name != symbol || signature.inputs.len() != rust.signature.params.len() {
                continue;
            }
            let one = Declared {
                text,
                signature,
                around: around.clone(),
                c,
                rust,
                writer: &writer,
                aliases: &items.aliases,
            };
            edits.extend(one.edits(roots)?);
            changed.functions.push(c.clone());
        }
    }
    for (in_c, in_rust) in &wrong.types {
        let definition = both.c.type_definition(in_c)?;
        let mut types = items.types.iter();
        let Some(item) = types.find(|item| ident(item).is_some_and(|name| name == in_rust)) else {
            continue;
        };
        edits.extend(match extent {
            Extent::Attributes => representation(text, item, definition),
            Extent::Whole | Extent::WithBytes => whole(
                text,
                item,
                definition,
                both.rust,
                &writer,
                extent == Extent::WithBytes,
            )?,
        });
    }
    // Types that are named now and that Rust did not know.
    let mut needed = Interface::default();
    for function in &changed.functions {
        let reached = translate::alone(both.c, function);
        needed.types.extend(
            reached
                .types
                .into_iter()
                .filter(|ty| !known.contains_key(&ty.name)),
        );
    }
    let inserted: String = edits.iter().map(|edit: &Edit| edit.text.as_str()).collect();
    for definition in &needed.types {
        let text_of_type = writer.definition(definition).ok()?;
        if names_word(&inserted, &definition.name)
            && !edits.iter().any(|edit| edit.text.contains(&text_of_type))
        {
            let end = text.len();
            edits.push(Edit {
                range: end..end,
                text: format!("{text_of_type}\n"),
                around: end..end,
            });
        }
    }
    Some(edits)
}

fn names_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| word == name)
}

/// What can be changed, wherever it stands.
#[derive(Default)]
struct Items {
    /// By link symbol, with the bytes of the whole declaration without a body.
    functions: Vec<(String, syn::Signature, Range<usize>)>,
    types: Vec<syn::Item>,
    aliases: Vec<syn::ItemType>,
}

impl<'ast> Visit<'ast> for Items {
    fn visit_foreign_item_fn(&mut self, function: &'ast syn::ForeignItemFn) {
        let symbol = symbol(&function.attrs, &function.sig);
        let around = first(&function.vis, &function.sig)..function.span().byte_range().end;
        self.functions.push((symbol, function.sig.clone(), around));
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let symbol = symbol(&function.attrs, &function.sig);
        let around = first(&function.vis, &function.sig)..function.sig.span().byte_range().end;
        self.functions.push((symbol, function.sig.clone(), around));
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Struct(_) | syn::Item::Union(_) | syn::Item::Enum(_) => self.types.push(item.clone()),
            syn::Item::Type(alias) => self.aliases.push(alias.clone()),
            _ => {}
        }
        syn::visit::visit_item(self, item);
    }
}

/// Where a declaration begins that may have a visibility.
fn first(visibility: &syn::Visibility, signature: &syn::Signature) -> usize {
    match visibility {
        syn::Visibility::Inherited => signature.span().byte_range().start,
        visibility => visibility.span().byte_range().start,
    }
}

/// The symbol that attributes give, or else the name.
fn symbol(attributes: &[syn::Attribute], signature: &syn::Signature) -> String {
    let named = |attribute: &syn::Attribute| {
        let value = match &attribute.meta {
            syn::Meta::NameValue(pair)
                if pair.path.is_ident("link_name") || pair.path.is_ident("export_name") =>
            {
                &pair.value
            }
            _ => return None,
        };
        match value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(name),
                ..
            }) => Some(name.value()),
            _ => None,
        }
    };
    attributes
        .iter()
        .find_map(named)
        .unwrap_or_else(|| signature.ident.to_string())
}

fn ident(item: &syn::Item) -> Option<&syn::Ident> {
    match item {
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Union(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

/// One declaration of a function.
struct Declared<'a> {
    text: &'a str,
    signature: &'a syn::Signature,
    around: Range<usize>,
    c: &'a Function,
    rust: &'a Function,
    writer: &'a Writer<'a>,
    aliases: &'a [syn::ItemType],
}

impl Declared<'_> {
    fn edits(&self, roots: &std::collections::BTreeSet<Root>) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let (c, rust) = (&self.c.signature, &self.rust.signature);
        let partners = align(&c.params, &rust.params);
        let shifted = c.params.len() != rust.params.len();
        let mut parts = Vec::new();
        for (index, param) in c.params.iter().enumerate() {
            let Some(partner) = partners[index] else {
                let name = param
                    .name
                    .clone()
                    .filter(|name| syn::parse_str::<syn::Ident>(name).is_ok());
                let name = name.unwrap_or_else(|| format!("arg{index}"));
                parts.push(format!("{name}: {}", self.writer.rust_parameter(param).ok()?));
                continue;
            };
            let own = self.slice(&self.signature.inputs[partner]);
            // Once parameters are missing, what is said of those behind them is said of others.
            let named = roots.contains(&Root::Argument(partner)) || roots.contains(&Root::Arguments);
            let is_wrong = match shifted {
                true => !alike(&param.ty, &rust.params[partner].ty),
                false => named || roots.contains(&Root::Whole) && !alike(&param.ty, &rust.params[partner].ty),
            };
            if !is_wrong {
                parts.push(own);
                continue;
            }
            let alias = match (&param.ty, &self.signature.inputs[partner]) {
                (Type::FunctionPointer { .. }, syn::FnArg::Typed(argument)) => self.alias(&argument.ty),
                _ => None,
            };
            if let Some(alias) = alias {
                edits.push(self.alias_edit(alias, &param.ty)?);
                parts.push(own);
                continue;
            }
            let name = match &self.signature.inputs[partner] {
                syn::FnArg::Typed(argument) => self.slice(&argument.pat),
                syn::FnArg::Receiver(_) => return None,
            };
            parts.push(format!("{name}: {}", self.writer.rust_parameter(param).ok()?));
        }
        if c.variadic {
            let own = self
                .signature
                .variadic
                .as_ref()
                .map(|variadic| self.slice(variadic));
            parts.push(own.unwrap_or_else(|| "...".to_owned()));
        }
        let parens = self.signature.paren_token.span;
        let inside = parens.open().byte_range().end..parens.close().byte_range().start;
        let own: Vec<String> = self
            .signature
            .inputs
            .iter()
            .map(|input| self.slice(input))
            .collect();
        let same = own == parts && c.variadic == rust.variadic;
        if !same {
            edits.push(self.edit(inside, parts.join(", ")));
        }
        let result_differs = !alike(&c.result, &rust.result);
        if roots.contains(&Root::Result) || roots.contains(&Root::Whole) && result_differs {
            let start = parens.close().byte_range().end;
            let end = match &self.signature.output {
                syn::ReturnType::Default => start,
                output => output.span().byte_range().end,
            };
            edits.push(self.edit(start..end, self.writer.rust_result(&c.result).ok()?));
        }
        Some(edits)
    }

    fn edit(&self, range: Range<usize>, text: String) -> Edit {
        Edit {
            range,
            text,
            around: self.around.clone(),
        }
    }

    fn slice(&self, of: &impl Spanned) -> String {
        self.text[of.span().byte_range()].to_owned()
    }

    /// The alias that a type is, or that is inside of its `Option`.
    fn alias(&self, ty: &syn::Type) -> Option<&syn::ItemType> {
        let syn::Type::Path(path) = ty else { return None };
        let last = path.path.segments.last()?;
        if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
            return match arguments.args.first() {
                Some(syn::GenericArgument::Type(inner)) if last.ident == "Option" => self.alias(inner),
                _ => None,
            };
        }
        self.aliases.iter().find(|alias| alias.ident == last.ident)
    }

    fn alias_edit(&self, alias: &syn::ItemType, ty: &Type) -> Option<Edit> {
        let written = self.writer.rust(ty).ok()?;
        let range = alias.ty.span().byte_range();
        let optional = self.text[range.clone()].trim_start().starts_with("Option");
        let bare = written
            .strip_prefix("Option<")
            .and_then(|rest| rest.strip_suffix('>'));
        let text = match (optional, bare) {
            (false, Some(bare)) => bare.to_owned(),
            _ => written,
        };
        Some(Edit {
            range,
            text,
            around: alias.span().byte_range(),
        })
    }
}

/// What stands in `repr(..)` for the layout of a type of C.
fn repr(attributes: &TypeAttributes, kind: &TypeKind) -> Option<String> {
    let mut parts = vec!["C".to_owned()];
    match (attributes.packed, attributes.align) {
        // Rust has no type that is both.
        (Some(_), Some(_)) => return None,
        (Some(1), None) => parts.push("packed".to_owned()),
        (Some(packed), None) => parts.push(format!("packed({packed})")),
        (None, Some(align)) => parts.push(format!("align({align})")),
        (None, None) => {}
    }
    if let TypeKind::Enum {
        underlying: Some(Type::Integer { bits, signed, .. }),
        ..
    } = kind
    {
        parts = vec![format!("{}{bits}", if *signed { 'i' } else { 'u' })];
    }
    Some(parts.join(", "))
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

/// Writes what the attributes say of the layout anew, where both sides have the same kind of type.
fn representation(text: &str, item: &syn::Item, definition: &TypeDefinition) -> Vec<Edit> {
    let same_kind = matches!(
        (item, &definition.kind),
        (syn::Item::Struct(_), TypeKind::Struct { .. })
            | (syn::Item::Union(_), TypeKind::Union { .. })
            | (syn::Item::Enum(_), TypeKind::Enum { .. })
    );
    let Some(repr) = repr(&definition.attributes, &definition.kind).filter(|_| same_kind) else {
        return Vec::new();
    };
    let range = item.span().byte_range();
    let written = format!("#[repr({repr})]");
    let mut edits = Vec::new();
    let mut given = attributes(item)
        .iter()
        .filter(|attribute| attribute.path().is_ident("repr"));
    let edit = |range: Range<usize>, text: String, whole: &Range<usize>| Edit {
        range,
        text,
        around: whole.clone(),
    };
    match given.next() {
        Some(first) if text[first.span().byte_range()] != written => {
            edits.push(edit(first.span().byte_range(), written, &range));
        }
        Some(_) => {}
        None => edits.push(edit(range.start..range.start, format!("{written}\n"), &range)),
    }
    edits.extend(given.map(|further| edit(further.span().byte_range(), String::new(), &range)));
    edits
}

/// Writes a type anew as C has it. Fields that Rust has in the same place or by the same name keep their spelling.
fn whole(
    text: &str,
    item: &syn::Item,
    definition: &TypeDefinition,
    rust: &Interface,
    writer: &Writer<'_>,
    with_bytes: bool,
) -> Option<Vec<Edit>> {
    let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &definition.kind else {
        return Some(representation(text, item, definition));
    };
    let (own, generics, visibility) = match item {
        syn::Item::Struct(item) => match &item.fields {
            syn::Fields::Named(fields) => {
                (fields.named.iter().collect::<Vec<_>>(), &item.generics, &item.vis)
            }
            _ => return None,
        },
        syn::Item::Union(item) => (item.fields.named.iter().collect(), &item.generics, &item.vis),
        _ => return None,
    };
    let name = ident(item)?.to_string();
    let known = rust.type_definition(&name)?;
    let (TypeKind::Struct { fields: known } | TypeKind::Union { fields: known }) = &known.kind else {
        return None;
    };
    if !generics.params.is_empty() || known.len() != own.len() {
        return None;
    }
    let slice = |span: proc_macro2::Span| text[span.byte_range()].to_owned();
    let translated = writer.rust_fields(definition).ok()?;
    let same_count = fields.len() == own.len();
    let partner = |index: usize, field: &FieldDefinition| {
        let by_name = known.iter().position(|known| known.name == field.name);
        let by_place = (same_count && index < known.len()).then_some(index);
        by_name.or(by_place).filter(|at| alike(&known[*at].ty, &field.ty))
    };
    let mut lines: Vec<String> = fields
        .iter()
        .zip(translated)
        .enumerate()
        .map(|(index, (field, translated))| match partner(index, field) {
            Some(at) => slice(own[at].span()),
            None => format!("pub {translated}"),
        })
        .collect();
    let union = matches!(definition.kind, TypeKind::Union { .. });
    if union && with_bytes {
        let largest = lines.get(largest(fields)?)?.split_once(": ")?.1.to_owned();
        lines.push(format!(
            "/// Without it rustc passes the union by value on wasm32, and C its address.\n    \
             _bytes: [u8; core::mem::size_of::<{largest}>()]"
        ));
    }
    let mut kept = String::new();
    for attribute in attributes(item)
        .iter()
        .filter(|attribute| !attribute.path().is_ident("repr"))
    {
        // Of what can be derived a union has no more.
        let attribute = match union && attribute.path().is_ident("derive") {
            true => "#[derive(Clone, Copy)]".to_owned(),
            false => slice(attribute.span()),
        };
        kept.push_str(&format!("{attribute}\n"));
    }
    let visibility = match visibility {
        syn::Visibility::Inherited => String::new(),
        visibility => format!("{} ", slice(visibility.span())),
    };
    let repr = repr(&definition.attributes, &definition.kind)?;
    let word = if union { "union" } else { "struct" };
    let written = format!(
        "#[repr({repr})]\n{kept}{visibility}{word} {name} {{\n    {},\n}}",
        lines.join(",\n    ")
    );
    let range = item.span().byte_range();
    Some(vec![Edit {
        range: range.clone(),
        text: written,
        around: range,
    }])
}

/// The member that is no smaller than another one on any target, where that can be told from its type.
fn largest(fields: &[FieldDefinition]) -> Option<usize> {
    // In bytes, with pointers of 4 and of 8.
    fn size(ty: &Type, pointer: u64) -> Option<u64> {
        Some(match ty {
            Type::Bool => 1,
            // `long` is as wide as a pointer on both targets, and so are the names that promise it.
            Type::Integer {
                bits: 64, spelling, ..
            } if spelling.contains("long") && !spelling.contains("long long") => pointer,
            Type::Integer { spelling, .. }
                if matches!(
                    spelling.as_str(),
                    "size_t" | "ssize_t" | "ptrdiff_t" | "intptr_t" | "uintptr_t"
                ) =>
            {
                pointer
            }
            Type::Integer { bits, .. } => u64::from(bits / 8),
            Type::Float(twincall_abi::types::FloatKind::F32) => 4,
            Type::Float(twincall_abi::types::FloatKind::F64) => 8,
            Type::Pointer { .. } | Type::FunctionPointer { .. } => pointer,
            Type::Array {
                element,
                length: Some(length),
            } => size(element, pointer)? * length,
            _ => return None,
        })
    }
    let sizes = |pointer: u64| {
        fields
            .iter()
            .map(|field| size(&field.ty, pointer))
            .collect::<Option<Vec<u64>>>()
    };
    let (narrow, wide) = (sizes(4)?, sizes(8)?);
    (0..fields.len()).find(|at| {
        let most = |sizes: &[u64]| sizes.iter().all(|size| *size <= sizes[*at]);
        most(&narrow) && most(&wide)
    })
}

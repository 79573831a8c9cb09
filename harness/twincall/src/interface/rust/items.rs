//! Finds the functions and global variables of the boundary, and refuses with a reason those that cannot take part.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit as _};
use syn::{
    FnArg, ForeignItem, Item, ItemFn, ItemForeignMod, ItemMod, ItemStatic, Meta, Pat, Signature as FnSyntax,
};
use twincall_abi::interface::{DataSymbol, Function, Interface, Parameter, Refusal, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::attributes;
use super::scope::{Found, LocalItem, Scope, Space};
use super::spelling::{fold, respell};
use super::types::{Place, Types, convention};
use super::{Places, Unresolved, Written};

mod foreign;
mod inner;

use foreign::Foreign;
use inner::Inner;

/// The interface of the items of a file.
pub(super) fn read(items: &[Item], scope: &Scope<'_>, target: Target, file: &str) -> Interface {
    Reader::new(scope, target, file).read_all(items).0
}

/// The same with functions of which a type cannot be told, and why it cannot.
pub(super) fn read_places(items: &[Item], scope: &Scope<'_>, target: Target, file: &str) -> Places {
    let reader = Reader {
        places: Some(Places::default()),
        ..Reader::new(scope, target, file)
    };
    let (interface, places) = reader.read_all(items);
    Places {
        interface,
        ..places.unwrap_or_default()
    }
}

struct Reader<'a, 's> {
    types: Types<'a, 's>,
    interface: Interface,
    target: Target,
    /// The module that is being read.
    module: usize,
    /// In a body, the names that mean something of its own.
    body: Option<BTreeSet<String>>,
    /// Where a function stays in spite of a type that cannot be told: why, and how its types are written.
    places: Option<Places>,
}

/// What a function's syntax and surroundings say besides its signature.
struct Facts<'f> {
    symbol: String,
    syntax: &'f FnSyntax,
    abi: Option<&'f syn::Abi>,
    defined: bool,
    unsafe_to_call: bool,
    target_features: Option<String>,
    declaration: String,
    span: Span,
}

/// What a static's syntax and surroundings say besides its type.
struct StaticFacts<'f> {
    symbol: String,
    name: String,
    ty: &'f syn::Type,
    mutable: bool,
    defined: bool,
    thread_local: bool,
    declaration: String,
    span: Span,
}

impl<'a, 's> Reader<'a, 's> {
    fn new(scope: &'s Scope<'a>, target: Target, file: &'s str) -> Reader<'a, 's> {
        Reader {
            types: Types::new(scope, target, file),
            interface: Interface::default(),
            target,
            module: Scope::ROOT,
            body: None,
            places: None,
        }
    }

    fn read_all(mut self, items: &[Item]) -> (Interface, Option<Places>) {
        for item in items {
            self.read_item(item);
        }
        let Reader {
            types,
            mut interface,
            places,
            ..
        } = self;
        interface.types = types.into_definitions();
        (interface, places)
    }

    fn read_item(&mut self, item: &Item) {
        match item {
            Item::Fn(function) => {
                self.read_function(function);
                self.read_body(item);
            }
            Item::Mod(module) => self.read_module(module),
            Item::Static(variable) => self.read_static(variable),
            Item::ForeignMod(block) => self.read_foreign(block),
            Item::Macro(call) => {
                let text = call.mac.tokens.to_string();
                let exports =
                    text.contains("no_mangle") || text.contains("export_name") || text.contains("extern \"");
                let active = attributes::active(&call.attrs, self.target).is_some();
                if exports && active && call.ident.is_none() {
                    let name = fold(&call.mac.path);
                    self.refuse(
                        &format!("{name}!"),
                        "macros are not expanded; write the item out",
                        call.mac.path.span(),
                    );
                }
            }
            _ => self.read_body(item),
        }
    }

    fn read_module(&mut self, module: &ItemMod) {
        let active = attributes::active(&module.attrs, self.target).is_some();
        let name = [module.ident.to_string()];
        let found = self.types.scope.find(self.module, &name, Space::Type);
        if !active {
            return;
        }
        let Some((_, items)) = &module.content else {
            let name = format!("mod {};", module.ident);
            return self.refuse(&name, IN_ANOTHER_FILE, module.ident.span());
        };
        if let Found::Local {
            item: LocalItem::Module(inner),
            ..
        } = found
        {
            let outer = std::mem::replace(&mut self.module, inner);
            for item in items {
                self.read_item(item);
            }
            self.module = outer;
        }
    }

    /// Reads what is declared or exported inside of function bodies, implementations and the like.
    fn read_body(&mut self, item: &Item) {
        let mut inner = Inner::new(self.target);
        match item {
            Item::Fn(function) => {
                if attributes::active(&function.attrs, self.target).is_some() {
                    inner.visit_block(&function.block);
                }
            }
            // The item's own name is none of a body.
            item => visit::visit_item(&mut inner, item),
        }
        self.body = Some(inner.names);
        for block in inner.blocks {
            self.read_foreign(block);
        }
        for function in inner.functions {
            self.read_function(function);
        }
        for variable in inner.variables {
            self.read_static(variable);
        }
        self.body = None;
        for (symbol, span) in inner.refused {
            self.refuse(
                &symbol,
                "methods, and what stands in a module of a body, take no part; move it out of there",
                span,
            );
        }
    }

    /// The name by which generated code, at the root of the file, calls an item that is being read.
    fn name(&self, ident: &syn::Ident) -> String {
        match self.is_below() {
            true => String::new(),
            false => ident.to_string(),
        }
    }

    fn is_below(&self) -> bool {
        self.module != Scope::ROOT || self.body.is_some()
    }

    fn spelling(&self, ty: &syn::Type) -> String {
        respell(ty, self.types.scope, self.module, self.is_below())
    }

    /// The type, unless it means something that only the body around it names.
    fn resolve(&mut self, ty: &syn::Type) -> Result<Type, String> {
        if let Some(name) = self.body.as_ref().and_then(|names| inner::named(ty, names)) {
            return Err(format!("`{name}` means something only in the body around it"));
        }
        self.types.resolve(ty, &Place::in_module(self.module))
    }

    fn read_function(&mut self, function: &ItemFn) {
        let Some(metas) = attributes::active(&function.attrs, self.target) else {
            return;
        };
        let Some(symbol) = attributes::exported_symbol(&metas, &plain(&function.sig.ident)) else {
            return;
        };
        let (vis, sig) = (&function.vis, &function.sig);
        self.add_function(Facts {
            symbol,
            syntax: sig,
            abi: sig.abi.as_ref(),
            defined: true,
            unsafe_to_call: sig.unsafety.is_some(),
            target_features: attributes::target_features(&metas),
            declaration: joined(&fold(vis), &fold(sig)),
            span: sig.ident.span(),
        });
    }

    fn read_static(&mut self, variable: &ItemStatic) {
        let Some(metas) = attributes::active(&variable.attrs, self.target) else {
            return;
        };
        let Some(symbol) = attributes::exported_symbol(&metas, &plain(&variable.ident)) else {
            return;
        };
        let ItemStatic {
            vis,
            mutability,
            ident,
            ty,
            ..
        } = variable;
        let mutable = matches!(mutability, syn::StaticMutability::Mut(_));
        self.add_static(StaticFacts {
            symbol,
            name: self.name(ident),
            ty,
            mutable,
            defined: true,
            thread_local: metas.iter().any(|meta| meta.path().is_ident("thread_local")),
            declaration: joined(&fold(vis), &static_text(mutable, ident, ty)),
            span: ident.span(),
        });
    }

    fn read_foreign(&mut self, block: &ItemForeignMod) {
        if attributes::active(&block.attrs, self.target).is_none() {
            return;
        }
        let unsafety = if block.unsafety.is_some() { "unsafe " } else { "" };
        let frame = |text: String| format!("{unsafety}{} {{ {text}; }}", fold(&block.abi));
        for item in &block.items {
            let Foreign { item, safe } = Foreign::read(item);
            match &item {
                ForeignItem::Fn(function) => {
                    let Some(metas) = attributes::active(&function.attrs, self.target) else {
                        continue;
                    };
                    let text = joined(&fold(&function.vis), &fold(&function.sig));
                    self.add_function(Facts {
                        symbol: linked_symbol(&metas, &function.sig.ident),
                        syntax: &function.sig,
                        abi: Some(&block.abi),
                        defined: false,
                        unsafe_to_call: !safe,
                        target_features: None,
                        declaration: frame(if safe {
                            text.replacen("fn ", "safe fn ", 1)
                        } else {
                            text
                        }),
                        span: function.sig.ident.span(),
                    });
                }
                ForeignItem::Static(variable) => {
                    let Some(metas) = attributes::active(&variable.attrs, self.target) else {
                        continue;
                    };
                    let mutable = matches!(variable.mutability, syn::StaticMutability::Mut(_));
                    let safety = if safe { "safe " } else { "" };
                    let text = format!("{safety}{}", static_text(mutable, &variable.ident, &variable.ty));
                    self.add_static(StaticFacts {
                        symbol: linked_symbol(&metas, &variable.ident),
                        name: self.name(&variable.ident),
                        ty: &variable.ty,
                        mutable,
                        defined: false,
                        thread_local: metas.iter().any(|meta| meta.path().is_ident("thread_local")),
                        declaration: frame(joined(&fold(&variable.vis), &text)),
                        span: variable.ident.span(),
                    });
                }
                ForeignItem::Macro(call) => {
                    let name = format!("{}!", fold(&call.mac.path));
                    self.refuse(
                        &name,
                        "macros are not expanded; write the item out",
                        block.abi.extern_token.span,
                    );
                }
                _ => {}
            }
        }
    }

    fn add_function(&mut self, facts: Facts<'_>) {
        match self.function(&facts) {
            Ok(function) => {
                // A file may declare in one place what it defines in another; the definition counts.
                let known = self
                    .interface
                    .functions
                    .iter_mut()
                    .find(|known| known.symbol == function.symbol);
                let Some(known) = known else {
                    return self.interface.functions.push(function);
                };
                let same = same_signature(&known.signature, &function.signature);
                let further = match (known.defined, function.defined) {
                    (true, true) => return self.refuse(&facts.symbol, DEFINED_TWICE, facts.span),
                    (false, true) => std::mem::replace(known, function),
                    _ => function,
                };
                let mut others = self.interface.redeclared.iter();
                let told = |other: &Function| {
                    other.symbol == further.symbol && same_signature(&other.signature, &further.signature)
                };
                if !same && !others.any(told) {
                    self.interface.redeclared.push(further);
                }
            }
            Err(reason) => self.refuse(&facts.symbol, &reason, facts.span),
        }
    }

    fn function(&mut self, facts: &Facts<'_>) -> Result<Function, String> {
        let syntax = facts.syntax;
        if facts.symbol.starts_with("llvm.") {
            return Err("an intrinsic of the compiler is no function".to_owned());
        }
        if syntax.asyncness.is_some() {
            return Err("an async function returns a type without a name".to_owned());
        }
        if syntax
            .generics
            .params
            .iter()
            .any(|parameter| !matches!(parameter, syn::GenericParam::Lifetime(_)))
        {
            return Err("a generic function has no symbol of its own".to_owned());
        }
        let mut params = Vec::new();
        let mut written = Vec::new();
        for input in &syntax.inputs {
            let FnArg::Typed(input) = input else {
                return Err("a method has no place at the boundary".to_owned());
            };
            if attributes::active(&input.attrs, self.target).is_none() {
                continue;
            }
            let ty = match self.resolve(&input.ty) {
                Ok(ty) => ty,
                Err(reason) if self.places.is_some() => {
                    self.keep(&facts.symbol, Some(params.len()), reason, &input.ty)
                }
                Err(reason) => return Err(format!("parameter {}: {reason}", params.len() + 1)),
            };
            let spelling = self.spelling(&input.ty);
            written.push(fold(&input.ty));
            params.push(Parameter {
                name: parameter_name(&input.pat),
                ty,
                spelling,
            });
        }
        let result = match &syntax.output {
            syn::ReturnType::Default => Type::Void,
            syn::ReturnType::Type(_, ty) => {
                let resolved = match self.resolve(ty) {
                    Err(reason) if self.places.is_some() => self.keep(&facts.symbol, None, reason, ty),
                    resolved => resolved.map_err(|reason| format!("result: {reason}"))?,
                };
                match resolved {
                    // By value `c_void` is no `void` but a byte; only behind a pointer it stands for one (documentation of
                    // `core::ffi::c_void`).
                    Type::Void if names_c_void(ty) => Type::Integer {
                        bits: 8,
                        signed: false,
                        spelling: fold(ty),
                    },
                    ty => ty,
                }
            }
        };
        let result_spelling = match (&result, &syntax.output) {
            (Type::Void, _) | (_, syn::ReturnType::Default) => String::new(),
            (_, syn::ReturnType::Type(_, ty)) => self.spelling(ty),
        };
        if let Some(places) = &mut self.places {
            places.written.push(Written {
                symbol: facts.symbol.clone(),
                params: written,
                result: match &syntax.output {
                    syn::ReturnType::Default => String::new(),
                    syn::ReturnType::Type(_, ty) => fold(ty),
                },
            });
        }
        let variadic = syntax
            .variadic
            .as_ref()
            .is_some_and(|variadic| attributes::active(&variadic.attrs, self.target).is_some());
        Ok(Function {
            symbol: facts.symbol.clone(),
            name: self.name(&syntax.ident),
            signature: Signature {
                convention: convention(facts.abi),
                params,
                result,
                variadic,
                unprototyped: false,
            },
            result_spelling,
            defined: facts.defined,
            unsafe_to_call: facts.unsafe_to_call,
            passes_classes: false,
            target_features: facts.target_features.clone(),
            declaration: facts.declaration.clone(),
            location: self.types.location(facts.span),
        })
    }

    /// What stands for a type that cannot be told.
    fn keep(&mut self, symbol: &str, parameter: Option<usize>, reason: String, ty: &syn::Type) -> Type {
        if let Some(places) = &mut self.places {
            places.unresolved.push(Unresolved {
                symbol: symbol.to_owned(),
                parameter,
                reason,
            });
        }
        Type::Opaque(fold(ty))
    }

    fn add_static(&mut self, facts: StaticFacts<'_>) {
        let ty = match self.resolve(facts.ty) {
            Ok(ty) => ty,
            Err(reason) => return self.refuse(&facts.symbol, &reason, facts.span),
        };
        let data = DataSymbol {
            symbol: facts.symbol,
            name: facts.name,
            ty,
            spelling: self.spelling(facts.ty),
            mutable: facts.mutable || is_cell(facts.ty),
            defined: facts.defined,
            thread_local: facts.thread_local,
            declaration: facts.declaration,
            location: self.types.location(facts.span),
        };
        let mut all = self.interface.data.iter_mut();
        let Some(known) = all.find(|known| known.symbol == data.symbol) else {
            return self.interface.data.push(data);
        };
        let same = (&known.ty, known.mutable) == (&data.ty, data.mutable);
        let further = match (known.defined, data.defined) {
            (true, true) => return self.refuse(&data.symbol, DEFINED_TWICE, facts.span),
            (false, true) => std::mem::replace(known, data),
            _ => data,
        };
        let mut others = self.interface.redeclared_data.iter();
        let told = |other: &DataSymbol| {
            (&other.symbol, &other.ty, other.mutable) == (&further.symbol, &further.ty, further.mutable)
        };
        if !same && !others.any(told) {
            self.interface.redeclared_data.push(further);
        }
    }

    fn refuse(&mut self, symbol: &str, reason: &str, span: Span) {
        let location = self.types.location(span);
        self.interface.refused.push(Refusal {
            symbol: symbol.to_owned(),
            reason: reason.to_owned(),
            location,
        });
    }
}

const IN_ANOTHER_FILE: &str = "the file of a module is not read; write its items out";
const DEFINED_TWICE: &str = "another definition of this symbol comes before it";

/// Whether two declarations say the same, whatever they call their parameters.
fn same_signature(one: &Signature, other: &Signature) -> bool {
    let types = |signature: &Signature| -> Vec<Type> {
        let params = signature.params.iter().map(|param| param.ty.clone());
        params.chain([signature.result.clone()]).collect()
    };
    one.convention == other.convention && one.variadic == other.variadic && types(one) == types(other)
}

/// The link symbol of an item in an `extern` block.
fn linked_symbol(metas: &[Meta], ident: &syn::Ident) -> String {
    attributes::string_value(metas, "link_name").unwrap_or_else(|| plain(ident))
}

/// The name without `r#`.
fn plain(ident: &syn::Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

fn parameter_name(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(pattern) => Some(plain(&pattern.ident)),
        _ => None,
    }
}

fn static_text(mutable: bool, ident: &syn::Ident, ty: impl ToTokens) -> String {
    format!(
        "static {}{ident}: {}",
        if mutable { "mut " } else { "" },
        fold(ty)
    )
}

fn joined(vis: &str, text: &str) -> String {
    if vis.is_empty() {
        text.to_owned()
    } else {
        format!("{vis} {text}")
    }
}

/// Whether a static of this type lies in writable memory without being `mut`.
fn is_cell(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| {
        let name = segment.ident.to_string();
        name.starts_with("Atomic") || name.ends_with("Cell")
    })
}

fn names_c_void(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "c_void"),
        syn::Type::Paren(inner) => names_c_void(&inner.elem),
        syn::Type::Group(inner) => names_c_void(&inner.elem),
        _ => false,
    }
}

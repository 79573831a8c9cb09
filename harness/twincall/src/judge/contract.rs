//! What the two declarations promise, apart from layouts: conventions, arity, nullability, missing symbols.

use twincall_abi::interface::{Convention, DataSymbol, Side, Signature};
use twincall_abi::layout::SizeAlign;
use twincall_abi::model::Answer;
use twincall_abi::path::Step;
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, Type, TypeDefinition, TypeKind};

use super::{Draft, Findings, calls_into, model};
use crate::build::LevelBuild;
use crate::facts::{Place, Rule};

/// Callbacks inside callbacks are followed this far.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests;

pub(super) fn judge(findings: &mut Findings<'_>) {
    data_against_functions(findings);
    unmatched(findings);
    redirections(findings);
    links(findings);
    let evidence = findings.evidence;
    let mut new = Vec::new();
    for (c, rust) in findings.shared_functions() {
        signatures(
            &mut new,
            &c.symbol,
            [&Place::WHOLE, &Place::RESULT],
            &c.signature,
            &rust.signature,
            evidence.target,
        );
        let walk = Walk {
            findings,
            symbol: &c.symbol,
        };
        let pairs = c.signature.params.iter().zip(&rust.signature.params);
        // A null pointer is a danger only where C hands it to Rust.
        for (index, (c_param, rust_param)) in pairs.enumerate() {
            let place = Place::argument(index);
            let to_rust = calls_into(evidence, &c.symbol, Side::Rust);
            walk.types(&mut new, &c_param.ty, &rust_param.ty, &place, to_rust, 0);
        }
        let to_rust = calls_into(evidence, &c.symbol, Side::C);
        walk.types(
            &mut new,
            &c.signature.result,
            &rust.signature.result,
            &Place::RESULT,
            to_rust,
            0,
        );
    }
    for (c, rust) in evidence
        .build
        .c
        .data
        .iter()
        .filter_map(|c| Some((c, evidence.build.rust.data(&c.symbol)?)))
    {
        let walk = Walk {
            findings,
            symbol: &c.symbol,
        };
        walk.types(
            &mut new,
            &c.ty,
            &rust.ty,
            &Place::WHOLE,
            !c.defined || c.mutable,
            0,
        );
    }
    for finding in new {
        findings.add(finding);
    }
}

/// Twins define the same functions; one that only a single side has was compared with nothing.
fn unmatched(findings: &mut Findings<'_>) {
    let build = findings.evidence.build;
    if build.form != crate::facts::Form::Twins {
        return;
    }
    let mut new = Vec::new();
    for side in Side::BOTH {
        let other = build.interface(side.other());
        for function in &build.interface(side).functions {
            let symbol = &function.symbol;
            let refused = other.refused.iter().any(|refusal| refusal.symbol == *symbol);
            if !function.defined
                || refused
                || other.function(symbol).is_some()
                || other.data(symbol).is_some()
            {
                continue;
            }
            let (c, rust) = match side {
                Side::C => ("defined", "not known"),
                Side::Rust => ("not known", "defined"),
            };
            new.push(Draft::new(Rule::SymbolMissing, symbol, Place::WHOLE, c, rust));
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

/// What two declarations of a function say beside its types; `place` is the function's, `result` that of its result.
fn signatures(
    new: &mut Vec<Draft>,
    symbol: &str,
    [place, result]: [&Place; 2],
    c: &Signature,
    rust: &Signature,
    target: Target,
) {
    if canonical(&c.convention, target) != canonical(&rust.convention, target) {
        let finding = Draft::new(
            Rule::CallingConvention,
            symbol,
            place,
            show(&c.convention),
            show(&rust.convention),
        );
        // Whether the machine notices is for the slots to say.
        new.push(finding.contract_only());
    }
    if c.unprototyped {
        return;
    }
    if c.variadic != rust.variadic {
        let show = |variadic| if variadic { "variadic" } else { "not variadic" };
        new.push(Draft::new(
            Rule::Variadic,
            symbol,
            place,
            show(c.variadic),
            show(rust.variadic),
        ));
    }
    if c.params.len() != rust.params.len() {
        let show = |count: usize| format!("{count} parameter{}", if count == 1 { "" } else { "s" });
        new.push(Draft::new(
            Rule::Arity,
            symbol,
            place,
            show(c.params.len()),
            show(rust.params.len()),
        ));
    }
    let returns = |signature: &Signature| !matches!(signature.result, Type::Void | Type::Never);
    if returns(c) != returns(rust) {
        let show = |returns: bool| if returns { "a result" } else { "no result" };
        new.push(Draft::new(
            Rule::ReturnType,
            symbol,
            result,
            show(returns(c)),
            show(returns(rust)),
        ));
    }
}

/// Conventions that are one and the same on a target.
fn canonical(convention: &Convention, target: Target) -> Convention {
    match convention {
        Convention::CUnwind => Convention::C,
        Convention::SysV64 if target == Target::X86_64LinuxGnu => Convention::C,
        other => other.clone(),
    }
}

fn show(convention: &Convention) -> String {
    match convention {
        Convention::C => "the C convention".to_owned(),
        Convention::CUnwind => "the C convention with unwinding".to_owned(),
        Convention::Rust => "Rust's own convention, which is unspecified".to_owned(),
        Convention::SysV64 => "x86-64 System V".to_owned(),
        Convention::Win64 => "Windows x64 (ms_abi, win64, efiapi)".to_owned(),
        Convention::Other(name) => format!("`{name}`"),
    }
}

/// Goes through two source-level types side by side.
struct Walk<'a, 'f> {
    findings: &'a Findings<'f>,
    symbol: &'a str,
}

impl Walk<'_, '_> {
    fn types(&self, new: &mut Vec<Draft>, c: &Type, rust: &Type, place: &Place, to_rust: bool, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match (c, rust) {
            (
                Type::FunctionPointer { signature: c, .. },
                Type::FunctionPointer {
                    signature: rust,
                    nullable,
                },
            ) => {
                if to_rust && !nullable {
                    new.push(self.nullability(place));
                }
                let function = place.then(Step::Callback);
                let result = place.then(Step::CallbackResult);
                signatures(
                    new,
                    self.symbol,
                    [&function, &result],
                    c,
                    rust,
                    self.findings.evidence.target,
                );
                for (index, (c, rust)) in c.params.iter().zip(&rust.params).enumerate() {
                    // Arguments of a callback go the other way.
                    let place = place.then(Step::CallbackArgument(index));
                    self.definitions(new, &c.ty, &rust.ty, &place, true);
                    self.types(new, &c.ty, &rust.ty, &place, !to_rust, depth + 1);
                }
                let place = place.then(Step::CallbackResult);
                self.definitions(new, &c.result, &rust.result, &place, true);
                self.types(new, &c.result, &rust.result, &place, to_rust, depth + 1);
            }
            (
                Type::Pointer { .. },
                Type::Pointer {
                    pointee, nullable, ..
                },
            ) => {
                if to_rust && !nullable {
                    new.push(self.nullability(place));
                }
                let Type::Pointer { pointee: c, .. } = c else {
                    return;
                };
                let place = place.then(Step::Pointee);
                self.definitions(new, c, pointee, &place, true);
                match (&**c, &**pointee) {
                    (Type::Named(_), Type::Named(_)) => {
                        self.fields(new, c, pointee, &place, to_rust, depth);
                    }
                    // Whether what lies there may be null is for whoever fills it.
                    (c, pointee) => self.types(new, c, pointee, &place, false, depth + 1),
                }
            }
            (Type::Array { element: c, .. }, Type::Array { element: rust, .. }) => {
                self.types(new, c, rust, &place.then(Step::Element(0)), to_rust, depth + 1);
            }
            (Type::Atomic(c), rust) => self.types(new, c, rust, place, to_rust, depth),
            (Type::Integer { .. }, Type::Integer { spelling, .. })
                if to_rust && spelling.starts_with("NonZero") =>
            {
                let finding = Draft::new(Rule::InvalidValue, self.symbol, place, "any integer", "any but 0");
                new.push(finding.contract_only());
            }
            _ => {
                self.definitions(new, c, rust, place, false);
                self.fields(new, c, rust, place, to_rust, depth);
            }
        }
    }

    /// What the definitions of two types promise of their layouts.
    fn definitions(&self, new: &mut Vec<Draft>, c: &Type, rust: &Type, place: &Place, no_constants: bool) {
        let build = self.findings.evidence.build;
        let Type::Named(name) = rust else { return };
        let Some(definition) = build.rust.type_definition(name) else {
            return;
        };
        let (c_name, incomplete) = match c {
            Type::Named(c) => match build.c.type_definition(c) {
                Some(c) => (c.name.clone(), c.kind == TypeKind::Incomplete),
                None => return,
            },
            Type::Void | Type::Opaque(_) => return,
            _ => (String::new(), false),
        };
        if incomplete {
            return;
        }
        self.promised(new, &c_name, definition, place);
        // Of what a function itself takes or returns the compilers' own constants tell the alignment.
        if !no_constants {
            return;
        }
        let align = |side: Side, ty: &Type| match model::of_types(self.findings, side).size_align(ty) {
            Answer::Settled(SizeAlign { size, align }) => (size.0 > 0).then_some(align),
            Answer::Ambiguous { .. } | Answer::Unsupported(_) => None,
        };
        if let (Some(c), Some(rust)) = (align(Side::C, c), align(Side::Rust, rust))
            && c != rust
        {
            let (c, rust) = (format!("align {c}"), format!("align {rust}"));
            let mut finding = Draft::new(Rule::LayoutAlign, self.symbol, place, c, rust);
            finding.types = Some((c_name, definition.name.clone()));
            new.push(finding);
        }
    }

    /// Whether Rust promises where the fields of a type lie that stands for one of C.
    fn promised(&self, new: &mut Vec<Draft>, c: &str, rust: &TypeDefinition, place: &Place) {
        if has_no_promised_layout(rust) {
            let mut finding = Draft::new(
                Rule::UnspecifiedLayout,
                self.symbol,
                place,
                "laid out by the C ABI",
                "laid out as rustc likes: repr(C) is missing",
            );
            finding.types = Some((c.to_owned(), rust.name.clone()));
            new.push(finding.contract_only());
        }
    }

    fn fields(
        &self,
        new: &mut Vec<Draft>,
        c: &Type,
        rust: &Type,
        place: &Place,
        to_rust: bool,
        depth: usize,
    ) {
        let (Type::Named(c), Type::Named(rust)) = (c, rust) else {
            return;
        };
        let build = self.findings.evidence.build;
        let (Some(c), Some(rust)) = (build.c.type_definition(c), build.rust.type_definition(rust)) else {
            return;
        };
        self.members(new, c, rust, place, to_rust, depth);
    }

    fn members(
        &self,
        new: &mut Vec<Draft>,
        c: &TypeDefinition,
        rust: &TypeDefinition,
        place: &Place,
        to_rust: bool,
        depth: usize,
    ) {
        let (
            TypeKind::Struct { fields: c } | TypeKind::Union { fields: c },
            TypeKind::Struct { fields: rust } | TypeKind::Union { fields: rust },
        ) = (&c.kind, &rust.kind)
        else {
            return;
        };
        let build = self.findings.evidence.build;
        // Padding may be written out on one side only.
        let by_name = |c: &FieldDefinition| {
            rust.iter()
                .find(|rust| rust.name.is_some() && rust.name == c.name)
        };
        let in_order = c.len() == rust.len() && c.iter().all(|c| c.bit_width.is_none());
        let pairs: Vec<(&FieldDefinition, &FieldDefinition)> = if in_order {
            c.iter().zip(rust).collect()
        } else {
            // A member without a name has one in Rust, which no field of C has.
            let unnamed = c.iter().filter(|c| c.anonymous.is_some());
            let own = |rust: &&FieldDefinition| c.iter().all(|c| c.name != rust.name);
            let named = rust.iter().filter(|rust| matches!(rust.ty, Type::Named(_)));
            let own: Vec<&FieldDefinition> = named.filter(own).collect();
            let same = unnamed.clone().count() == own.len();
            let by_name = c.iter().filter_map(|c| Some((c, by_name(c)?)));
            by_name.chain(unnamed.zip(own).filter(|_| same)).collect()
        };
        for (c, rust) in pairs {
            let name = rust.name.as_deref().unwrap_or_default();
            if let (Some(c), Type::Named(rust)) = (&c.anonymous, &rust.ty) {
                if let Some(rust) = build.rust.type_definition(rust).filter(|_| depth < MAX_DEPTH) {
                    let place = place.field(name);
                    self.promised(new, &c.name, rust, &place);
                    self.members(new, c, rust, &place, to_rust, depth + 2);
                }
                continue;
            }
            // Pointers to the type itself end at the depth limit.
            self.types(new, &c.ty, &rust.ty, &place.field(name), to_rust, depth + 2);
        }
    }

    fn nullability(&self, place: &Place) -> Draft {
        Draft::new(Rule::Nullability, self.symbol, place, "may be null", "never null").contract_only()
    }
}

/// Whether the Rust reference leaves the order of a type's fields, or its tag, to the compiler.
fn has_no_promised_layout(definition: &TypeDefinition) -> bool {
    let attributes = &definition.attributes;
    if attributes.c || attributes.transparent {
        return false;
    }
    match &definition.kind {
        // `struct { _private: [u8; 0] }` is a handle, of which nobody sees the inside.
        TypeKind::Struct { fields } | TypeKind::Union { fields } => {
            let empty = |field: &FieldDefinition| {
                matches!(field.ty, Type::Array { length: Some(0), .. } | Type::Void)
            };
            !fields.iter().all(empty)
        }
        TypeKind::Enum { underlying, .. } | TypeKind::DataEnum { underlying, .. } => underlying.is_none(),
        TypeKind::Incomplete => false,
    }
}

/// A name that is a function on one side and a variable on the other.
fn data_against_functions(findings: &mut Findings<'_>) {
    let build = findings.evidence.build;
    let mut new = Vec::new();
    for data in &build.c.data {
        if build.rust.function(&data.symbol).is_some() {
            new.push(Draft::new(
                Rule::DataSymbol,
                &data.symbol,
                Place::WHOLE,
                "a variable",
                "a function",
            ));
        }
    }
    for data in &build.rust.data {
        if build.c.function(&data.symbol).is_some() {
            new.push(Draft::new(
                Rule::DataSymbol,
                &data.symbol,
                Place::WHOLE,
                "a function",
                "a variable",
            ));
        }
    }
    for (c, rust) in build
        .c
        .data
        .iter()
        .filter_map(|c| Some((c, build.rust.data(&c.symbol)?)))
    {
        // The definition decides whether the variable lies in memory that may be written.
        let written = |data: &DataSymbol, other: &DataSymbol| data.defined && !data.mutable && other.mutable;
        if written(c, rust) || written(rust, c) {
            let show = |mutable| if mutable { "may be written" } else { "constant" };
            new.push(Draft::new(
                Rule::DataSymbol,
                &c.symbol,
                Place::WHOLE,
                show(c.mutable),
                show(rust.mutable),
            ));
        }
        if c.thread_local != rust.thread_local {
            let show = |local| {
                if local {
                    "thread-local"
                } else {
                    "one for all threads"
                }
            };
            new.push(Draft::new(
                Rule::DataSymbol,
                &c.symbol,
                Place::WHOLE,
                show(c.thread_local),
                show(rust.thread_local),
            ));
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

/// A name that C redirects to another symbol than Rust links.
fn redirections(findings: &mut Findings<'_>) {
    let build = findings.evidence.build;
    let mut new = Vec::new();
    for c in build.c.functions.iter().filter(|c| c.name != c.symbol) {
        for rust in build
            .rust
            .functions
            .iter()
            .filter(|rust| rust.name == c.name && rust.symbol != c.symbol)
        {
            let show = |symbol: &str| format!("the symbol `{symbol}`");
            let finding = Draft::new(
                Rule::SymbolRedirected,
                &c.name,
                Place::WHOLE,
                show(&c.symbol),
                show(&rust.symbol),
            );
            new.push(finding);
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

/// What the linker refused or only warned of.
fn links(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    let mut new = Vec::new();
    for level in &evidence.build.levels {
        let opt = level.opt.number();
        for refusal in &level.linked.refusals {
            for symbol in &refusal.undefined {
                let show = |side: Side| {
                    let interface = evidence.build.interface(side);
                    if interface.function(symbol).is_some() || interface.data(symbol).is_some() {
                        "declared, not defined"
                    } else {
                        "not known"
                    }
                };
                let mut finding = Draft::new(
                    Rule::SymbolMissing,
                    symbol,
                    Place::WHOLE,
                    show(Side::C),
                    show(Side::Rust),
                );
                // What is missing at every level does not depend on the level.
                let missing = |level: &LevelBuild| {
                    let mut refusals = level.linked.refusals.iter();
                    refusals.any(|refusal| refusal.undefined.contains(symbol))
                };
                if !evidence.build.levels.iter().all(missing) {
                    finding = finding.at_level(opt);
                }
                new.push(finding);
            }
            if refusal.undefined.is_empty() {
                let message: Vec<&str> = refusal.message.lines().take(6).collect();
                new.push(
                    Draft::new(Rule::LinkRefused, "", Place::WHOLE, message.join("\n"), "").at_level(opt),
                );
            }
        }
        for warning in &level.linked.warnings {
            // Twins are never called directly, so that their duplicate definitions are never joined.
            let boundary = evidence.build.form == crate::facts::Form::Boundary;
            let Some(symbol) = warning
                .strip_prefix("function signature mismatch: ")
                .filter(|_| boundary)
            else {
                continue;
            };
            let show = |side: Side| {
                level
                    .side(side)
                    .wasm
                    .get(symbol)
                    .map_or("not known".to_owned(), ToString::to_string)
            };
            let finding = Draft::new(
                Rule::SignatureStub,
                symbol,
                Place::WHOLE,
                show(Side::C),
                show(Side::Rust),
            );
            new.push(finding.at_level(opt));
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

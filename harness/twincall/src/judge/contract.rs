//! What the two declarations promise, apart from layouts: conventions, arity, nullability, missing symbols.

use twincall_abi::interface::{Convention, DataSymbol, Interface, Side, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type, TypeKind};

use super::rules::Rule;
use super::{Draft, Findings, calls_into};
use crate::build::LevelBuild;

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
            "",
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
            let place = format!("argument {}", index + 1);
            let to_rust = calls_into(evidence, &c.symbol, Side::Rust);
            walk.types(&mut new, &c_param.ty, &rust_param.ty, &place, to_rust, 0);
        }
        let to_rust = calls_into(evidence, &c.symbol, Side::C);
        walk.types(
            &mut new,
            &c.signature.result,
            &rust.signature.result,
            "result",
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
        walk.types(&mut new, &c.ty, &rust.ty, "", !c.defined || c.mutable, 0);
    }
    for finding in new {
        findings.add(finding);
    }
}

/// Twins define the same functions; one that only a single side has was compared with nothing.
fn unmatched(findings: &mut Findings<'_>) {
    let build = findings.evidence.build;
    if build.form != crate::build::Form::Twins {
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
            new.push(Draft::new(Rule::SymbolMissing, symbol, "", c, rust));
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

fn signatures(
    new: &mut Vec<Draft>,
    symbol: &str,
    place: &str,
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
        let place = if place.is_empty() {
            "result".to_owned()
        } else {
            format!("{place}, result")
        };
        new.push(Draft::new(
            Rule::ReturnType,
            symbol,
            place,
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
    fn types(&self, new: &mut Vec<Draft>, c: &Type, rust: &Type, place: &str, to_rust: bool, depth: usize) {
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
                let place = format!("{place}, callback");
                signatures(new, self.symbol, &place, c, rust, self.findings.evidence.target);
                for (index, (c, rust)) in c.params.iter().zip(&rust.params).enumerate() {
                    // Arguments of a callback go the other way.
                    let place = format!("{place} argument {}", index + 1);
                    self.callback_value(new, Rule::ParamType, &c.ty, &rust.ty, &place);
                    self.types(new, &c.ty, &rust.ty, &place, !to_rust, depth + 1);
                }
                let place = format!("{place} result");
                if !matches!(c.result, Type::Void | Type::Never)
                    && !matches!(rust.result, Type::Void | Type::Never)
                {
                    self.callback_value(new, Rule::ReturnType, &c.result, &rust.result, &place);
                }
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
                if let Type::Pointer { pointee: c, .. } = c {
                    self.fields(new, c, pointee, place, to_rust, depth);
                }
            }
            (Type::Atomic(c), rust) => self.types(new, c, rust, place, to_rust, depth),
            (Type::Integer { .. }, Type::Integer { spelling, .. })
                if to_rust && spelling.starts_with("NonZero") =>
            {
                let finding = Draft::new(Rule::InvalidValue, self.symbol, place, "any integer", "any but 0");
                new.push(finding.contract_only());
            }
            _ => self.fields(new, c, rust, place, to_rust, depth),
        }
    }

    fn fields(&self, new: &mut Vec<Draft>, c: &Type, rust: &Type, place: &str, to_rust: bool, depth: usize) {
        let (Type::Named(c), Type::Named(rust)) = (c, rust) else {
            return;
        };
        let build = self.findings.evidence.build;
        let (Some(c), Some(rust)) = (build.c.type_definition(c), build.rust.type_definition(rust)) else {
            return;
        };
        let (TypeKind::Struct { fields: c }, TypeKind::Struct { fields: rust }) = (&c.kind, &rust.kind)
        else {
            return;
        };
        if c.len() != rust.len() {
            return;
        }
        for (c, rust) in c.iter().zip(rust) {
            let name = rust.name.as_deref().unwrap_or_default();
            // Pointers to the type itself end at the depth limit.
            self.types(
                new,
                &c.ty,
                &rust.ty,
                &format!("{place}.{name}"),
                to_rust,
                depth + 2,
            );
        }
    }

    /// Debug information has no signatures of function pointers, so their types are compared as the sources have them.
    fn callback_value(&self, new: &mut Vec<Draft>, rule: Rule, c: &Type, rust: &Type, place: &str) {
        let build = self.findings.evidence.build;
        let (Some(c), Some(rust)) = (passed(&build.c, c, 0), passed(&build.rust, rust, 0)) else {
            return;
        };
        let names = |parts: &[Part]| {
            parts
                .iter()
                .map(|part| part.name.clone())
                .collect::<std::collections::BTreeSet<_>>()
        };
        let kinds = |parts: &[Part]| parts.iter().map(|part| part.kind).collect::<Vec<_>>();
        let order = |parts: &[Part]| parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>();
        let exchanged = names(&c) == names(&rust) && names(&c).len() == c.len() && order(&c) != order(&rust);
        if kinds(&c) == kinds(&rust) && !exchanged {
            return;
        }
        let show = |parts: &[Part]| {
            parts
                .iter()
                .map(|part| part.kind.to_string() + if part.name.is_empty() { "" } else { " " } + &part.name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        new.push(Draft::new(rule, self.symbol, place, show(&c), show(&rust)));
    }

    fn nullability(&self, place: &str) -> Draft {
        Draft::new(Rule::Nullability, self.symbol, place, "may be null", "never null").contract_only()
    }
}

/// One scalar of a value that a callback takes or returns.
struct Part {
    name: String,
    kind: PartKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Pointer,
    Integer(u32),
    Float(FloatKind),
}

impl std::fmt::Display for PartKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PartKind::Pointer => f.write_str("pointer"),
            PartKind::Integer(bits) => write!(f, "{bits}-bit integer"),
            PartKind::Float(kind) => write!(f, "{kind:?}"),
        }
    }
}

/// The scalars of a type in order, `None` where the source alone does not tell them.
fn passed(interface: &Interface, ty: &Type, depth: usize) -> Option<Vec<Part>> {
    let one = |kind| {
        Some(vec![Part {
            name: String::new(),
            kind,
        }])
    };
    if depth > MAX_DEPTH {
        return None;
    }
    match ty {
        Type::Bool => one(PartKind::Integer(8)),
        Type::Integer { bits, .. } => one(PartKind::Integer(*bits)),
        Type::UnicodeScalar => one(PartKind::Integer(32)),
        Type::Atomic(inner) => passed(interface, inner, depth + 1),
        Type::Float(kind) => one(PartKind::Float(*kind)),
        Type::Pointer { .. } | Type::FunctionPointer { .. } => one(PartKind::Pointer),
        Type::Array { element, length } => {
            let mut parts = Vec::new();
            for index in 0..(*length).filter(|&length| length <= 64)? {
                let element = passed(interface, element, depth + 1)?;
                parts.extend(element.into_iter().map(|part| Part {
                    name: format!("[{index}]{}", part.name),
                    ..part
                }));
            }
            Some(parts)
        }
        Type::Named(name) => match &interface.type_definition(name)?.kind {
            TypeKind::Struct { fields } => {
                let mut parts = Vec::new();
                for field in fields {
                    if field.bit_width.is_some() || field.anonymous.is_some() {
                        return None;
                    }
                    let name = field.name.clone()?;
                    for part in passed(interface, &field.ty, depth + 1)? {
                        let dot = if part.name.is_empty() || part.name.starts_with('[') {
                            ""
                        } else {
                            "."
                        };
                        parts.push(Part {
                            name: format!("{name}{dot}{}", part.name),
                            ..part
                        });
                    }
                }
                Some(parts)
            }
            TypeKind::Enum {
                underlying: Some(underlying),
                ..
            } => passed(interface, underlying, depth + 1),
            _ => None,
        },
        _ => None,
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
                "",
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
                "",
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
                "",
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
                "",
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
                "",
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
                let mut finding =
                    Draft::new(Rule::SymbolMissing, symbol, "", show(Side::C), show(Side::Rust));
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
                new.push(Draft::new(Rule::LinkRefused, "", "", message.join("\n"), "").at_level(opt));
            }
        }
        for warning in &level.linked.warnings {
            // Twins are never called directly, so that their duplicate definitions are never joined.
            let boundary = evidence.build.form == crate::build::Form::Boundary;
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
            let finding = Draft::new(Rule::SignatureStub, symbol, "", show(Side::C), show(Side::Rust));
            new.push(finding.at_level(opt));
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

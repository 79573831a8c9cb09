//! What the two declarations promise, apart from layouts: conventions, arity, nullability, missing symbols.

use std::collections::BTreeSet;

use twincall_abi::interface::{Convention, DataSymbol, Side, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::{Draft, Findings, calls_into};
use crate::build::LevelBuild;
use crate::facts::{Fact, Place, Rule};
use crate::text::first_of;

mod walk;

use walk::Walk;

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
        let show = |count: usize| Fact::Parameters { count };
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
    let build = evidence.build;
    let by_leave = |symbol: &&String| {
        evidence.case.undefined && build.c.only_declares(symbol) && build.rust.only_declares(symbol)
    };
    let absent = build.levels.iter().flat_map(|level| {
        let refused = level
            .linked
            .refusals
            .iter()
            .flat_map(|refusal| &refusal.undefined);
        level.linked.absent.iter().chain(refused)
    });
    let absent: BTreeSet<&str> = absent.filter(by_leave).map(String::as_str).collect();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.into_iter().collect();
        findings.notes.push(format!(
            "neither side defines {}: compared by the declarations, and not called",
            first_of(&names)
        ));
    }
    for level in &evidence.build.levels {
        let opt = level.opt.number();
        for refusal in &level.linked.refusals {
            for symbol in refusal.undefined.iter().filter(|symbol| !by_leave(symbol)) {
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

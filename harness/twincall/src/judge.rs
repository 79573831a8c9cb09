//! The only place that compares: both sides' evidence and every observation become findings and a verdict.

use std::collections::BTreeMap;

use twincall_abi::interface::{Function, Side};
use twincall_abi::path::Step;
use twincall_abi::target::Target;

use crate::account::{self, Part};
use crate::build::{CaseBuild, NoIr};
use crate::directive::Expectation;
use crate::discover::Case;
use crate::facts::{
    CallKind, Crossings, Declaration, Fact, Finding, Form, FunctionReport, Place, Root, Rule, SideFacts,
    TypeReport, Unchecked, Vanished, Verdict,
};
use crate::run::plan::{Observation, Reading};

mod back_end;
mod contract;
mod crossing;
mod domain;
mod features;
mod layout;
mod lowering;
mod machine;
mod model;
pub(crate) mod observed;
mod preserved;
pub(crate) mod program;
pub(crate) mod runs;
mod standing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod unchecked;
mod unwind;
mod variadic;

pub use machine::Further;
pub(crate) use model::agreement;
pub(crate) use standing::{Agreement, against_text};

/// What the judge has before it.
#[derive(Debug)]
pub struct Evidence<'a> {
    pub case: &'a Case,
    pub target: Target,
    pub build: &'a CaseBuild,
    pub observations: &'a [Observation],
    /// Names of the toolchains, C first.
    pub toolchains: [&'a str; 2],
    /// The major version of the LLVM behind each side, C first.
    pub llvm: [u32; 2],
    /// A third compiler's word on the C side, natively.
    pub further: Option<&'a Further>,
}

/// What the judge says.
#[derive(Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    pub vanished: Vec<Vanished>,
    pub functions: Vec<FunctionReport>,
    pub types: Vec<TypeReport>,
    /// What was compared with nothing.
    pub unchecked: Vec<Unchecked>,
    /// Evidence that is missing, and sources of evidence that contradict each other.
    pub notes: Vec<String>,
    /// Why the case cannot be judged, where a function that both sides know was refused.
    pub unsupported: Option<String>,
    /// Two sources of evidence about one side contradict each other: a fault of ours or of a compiler.
    pub conflicts: Vec<String>,
    /// The calls that the fixture's own code made across the boundary.
    pub crossings: Option<Crossings>,
}

impl Judgement {
    /// Whether a further compiler could say who departs from the text, or how it is read: where somebody stands apart, where only
    /// the sides agree, and where the text has several readings.
    pub(crate) fn is_in_doubt(&self) -> bool {
        matches!(self.verdict, Verdict::Agrees | Verdict::Ambiguous)
            || self
                .functions
                .iter()
                .any(|function| !function.standings.is_empty())
            || self.findings.iter().any(|finding| finding.rule.needs_slots())
    }
}

/// Compares everything.
pub fn judge(evidence: &Evidence<'_>) -> Judgement {
    let _counting = account::count(Part::Judge);
    let mut findings = Findings {
        evidence,
        list: Vec::new(),
        notes: Vec::new(),
        conflicts: Vec::new(),
        differing: BTreeMap::new(),
        by_value: Vec::new(),
        without_slots: None,
    };
    contract::judge(&mut findings);
    layout::judge(&mut findings);
    variadic::judge(&mut findings);
    let mut functions = lowering::judge(&mut findings);
    features::judge(&mut findings);
    machine::judge(&mut findings, &mut functions);
    model::judge(&findings, &mut functions);
    standing::judge(&findings, &mut functions);
    let crossings = crossing::judge(&mut findings, &functions);
    preserved::judge(&mut findings);
    runs::judge(&mut findings);
    unseen(&mut findings);
    for side in Side::BOTH {
        back_end::judge(&mut findings, side);
    }
    findings.name_causes();
    let types = layout::describe(evidence);
    let agreement = model::verdict(&findings, &functions);
    let Findings {
        mut list,
        mut notes,
        conflicts,
        without_slots,
        ..
    } = findings;
    if let Some(Further {
        name,
        observations: Err(reason),
    }) = evidence.further
    {
        notes.push(format!("{name} has no word here: {reason}"));
    }
    notes.extend(evidence.build.beyond.clone());
    for (side, symbol, reason) in &evidence.build.left_out {
        notes.push(format!("{side} `{symbol}`: {reason}"));
    }
    let unchecked = unchecked::list(evidence, &list);
    let unsupported = unchecked::unsupported(evidence);
    sort(&mut list);
    let vanished = match_expectations(evidence, &mut list, &mut notes, without_slots.as_deref());
    notes.sort();
    notes.dedup();
    let verdict = if list.iter().any(|finding| !finding.contract_only) {
        Verdict::Diverges
    } else if !list.is_empty() {
        Verdict::Accidental
    } else {
        agreement
    };
    Judgement {
        verdict,
        findings: list,
        vanished,
        functions,
        types,
        unchecked,
        notes,
        unsupported,
        conflicts,
        crossings,
    }
}

/// The gravest first, then in the order of the rules.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by_cached_key(|finding| {
        // What lies behind several pointers comes after what they lead through.
        let steps = finding.place.path.steps().iter();
        let (pointers, inner): (Vec<&Step>, Vec<&Step>) = steps.partition(|step| **step == Step::Pointee);
        let inner = Place {
            root: finding.place.root,
            path: inner.into_iter().cloned().collect(),
        };
        (
            finding.contract_only,
            finding.rule,
            finding.symbol.clone(),
            pointers.is_empty(),
            inner.to_string(),
            pointers.len(),
        )
    });
}

/// Collects findings; one cause that shows at many places stays one finding.
struct Findings<'a> {
    evidence: &'a Evidence<'a>,
    list: Vec<Finding>,
    notes: Vec<String>,
    conflicts: Vec<String>,
    /// The types that differ at an argument or result, by function.
    differing: BTreeMap<(String, Root), (String, String)>,
    /// Arguments and results, by function, that are a value on one side and an address on the other.
    by_value: Vec<(String, Root)>,
    /// Why the slots of some function that both sides know could not be compared.
    without_slots: Option<String>,
}

/// A finding before its declarations are looked up.
struct Draft {
    rule: Rule,
    symbol: String,
    place: Place,
    types: Option<(String, String)>,
    sides: SideFacts,
    opt: Vec<u8>,
    contract_only: bool,
}

impl Draft {
    fn new(
        rule: Rule,
        symbol: &str,
        place: impl Into<Place>,
        c: impl Into<Fact>,
        rust: impl Into<Fact>,
    ) -> Draft {
        Draft {
            rule,
            symbol: symbol.to_owned(),
            place: place.into(),
            types: None,
            sides: SideFacts {
                c: c.into(),
                rust: rust.into(),
            },
            opt: Vec::new(),
            contract_only: false,
        }
    }

    fn contract_only(mut self) -> Draft {
        self.contract_only = true;
        self
    }

    fn at_level(mut self, opt: u8) -> Draft {
        self.opt.push(opt);
        self
    }
}

impl Findings<'_> {
    fn add(&mut self, new: Draft) {
        for known in &mut self.list {
            let same = known.rule == new.rule && known.sides == new.sides;
            // The same place at another level.
            if same && known.symbol == new.symbol && known.place == new.place {
                known.opt.extend(
                    new.opt
                        .iter()
                        .copied()
                        .filter(|opt| !known.opt.contains(opt))
                        .collect::<Vec<_>>(),
                );
                return;
            }
            // The same type reached from another function.
            if same
                && known.types.is_some()
                && known.types == new.types
                && known.place.inside() == new.place.inside()
            {
                if known.symbol != new.symbol && !known.also.contains(&new.symbol) {
                    known.also.push(new.symbol.clone());
                }
                return;
            }
        }
        let declaration = |side: Side| {
            let interface = self.evidence.build.interface(side);
            let function = interface.function(&new.symbol).map(declaration_of);
            function.or_else(|| {
                interface.data(&new.symbol).map(|data| Declaration {
                    text: data.declaration.clone(),
                    location: data.location.clone(),
                    defined: data.defined,
                })
            })
        };
        self.list.push(Finding {
            rule: new.rule,
            axis: new.rule.axis(),
            c_declaration: declaration(Side::C),
            rust_declaration: declaration(Side::Rust),
            symbol: new.symbol,
            also: Vec::new(),
            place: new.place,
            types: new.types,
            cause: None,
            sides: new.sides,
            effect: Vec::new(),
            opt: new.opt,
            contract_only: new.contract_only,
            expected: false,
        });
    }

    /// Says of each finding about an argument or result which difference of types it follows from.
    fn name_causes(&mut self) {
        for finding in self.list.iter_mut().filter(|finding| finding.types.is_none()) {
            let at = |root: Root| self.differing.get(&(finding.symbol.clone(), root));
            let root = finding.place.root;
            // What is passed differently also moves the arguments behind it.
            let moved = matches!(finding.rule, Rule::ArgLocation | Rule::StackLayout);
            let before = || match root {
                Root::Argument(index) if moved => {
                    (0..index).rev().find_map(|index| at(Root::Argument(index)))
                }
                _ => None,
            };
            finding.cause = at(root).or_else(before).cloned();
        }
    }

    /// Whether both sides know a function of this name.
    fn shared(&self, symbol: &str) -> bool {
        let build = self.evidence.build;
        build.c.function(symbol).is_some() && build.rust.function(symbol).is_some()
    }

    /// Whether some side knows a function of this name.
    fn knows(&self, symbol: &str) -> bool {
        let build = self.evidence.build;
        build.c.function(symbol).is_some() || build.rust.function(symbol).is_some()
    }

    /// Functions that both sides know.
    fn shared_functions(&self) -> Vec<(&Function, &Function)> {
        let build = self.evidence.build;
        build
            .c
            .functions
            .iter()
            .filter_map(|c| Some((c, build.rust.function(&c.symbol)?)))
            .collect()
    }
}

fn declaration_of(function: &Function) -> Declaration {
    Declaration {
        text: function.declaration.clone(),
        location: function.location.clone(),
        defined: function.defined,
    }
}

/// Why there is no IR of a side. Slots may be known without it, and then without extensions and features.
fn no_ir<'e>(evidence: &Evidence<'e>) -> Option<&'e NoIr> {
    no_ir_of(evidence, &Side::BOTH)
}

fn no_ir_of<'e>(evidence: &Evidence<'e>, sides: &[Side]) -> Option<&'e NoIr> {
    let levels = evidence.build.levels.iter();
    let mut read = levels.flat_map(|level| sides.iter().map(|&side| &level.side(side).ir));
    read.find_map(|ir| ir.as_ref().err())
}

/// A difference in contracts without a call across them or a look at the slots is no agreement by accident: nobody saw the
/// machine do the same.
fn unseen(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    if findings.without_slots.is_none() {
        return;
    }
    for finding in &mut findings.list {
        let called = evidence.observations.iter().any(|observation| {
            let mut pairs = observation.sent.iter().zip(&observation.received);
            // Of an address only null is compared, so that one from any place looks as if it had arrived.
            let told = |(sent, received): (&Vec<Reading>, &Vec<Reading>)| {
                sent.len() == received.len() && !sent.iter().all(|reading| reading.pointer)
            };
            let compared = observation.kind == CallKind::Body || pairs.all(told);
            observation.symbol == finding.symbol && observation.caller != observation.callee && compared
        });
        if !called {
            finding.contract_only = false;
        }
    }
}

/// Marks the findings that a directive knows; the expectations that applied and did not come true. A location that could
/// not be looked at may show in a run, or not at all.
fn match_expectations(
    evidence: &Evidence<'_>,
    findings: &mut [Finding],
    notes: &mut Vec<String>,
    without_slots: Option<&str>,
) -> Vec<Vanished> {
    let mut vanished = Vec::new();
    for expectation in &evidence.case.expect {
        if !applies(expectation, evidence) {
            continue;
        }
        let mut met = false;
        for finding in findings.iter_mut() {
            if finding.rule == expectation.rule && names(expectation, finding) {
                finding.expected = true;
                met = true;
            }
        }
        let told = |reason: &NoIr| reason.to_string();
        let unseen = match expectation.rule {
            Rule::VarargPromotion => no_ir_of(evidence, &[Side::Rust]).map(told),
            rule if rule.needs_slots() => without_slots
                .map(str::to_owned)
                .or_else(|| no_ir(evidence).map(told)),
            _ => None,
        };
        if !met && let Some(reason) = unseen {
            // Without the IR a place is known and not always the rule that it breaks.
            for finding in findings.iter_mut() {
                let near = finding.axis == crate::facts::Axis::Run || finding.rule.needs_slots();
                if near && names(expectation, finding) {
                    finding.expected = true;
                }
            }
            notes.push(format!(
                "the expected `{}` was not looked for: {reason}",
                expectation.rule
            ));
        } else if !met {
            vanished.push(Vanished {
                rule: expectation.rule,
                symbol: expectation.symbol.clone(),
                file: expectation.file.clone(),
                line: expectation.line,
            });
        }
    }
    vanished
}

fn applies(expectation: &Expectation, evidence: &Evidence<'_>) -> bool {
    let target = expectation
        .target
        .as_deref()
        .is_none_or(|name| Target::from_name(name) == Some(evidence.target));
    let toolchain = expectation.toolchain.as_deref().is_none_or(|name| {
        evidence
            .toolchains
            .iter()
            .any(|toolchain| toolchain.starts_with(name))
    });
    let opt = expectation
        .opt
        .is_none_or(|opt| evidence.build.levels.iter().any(|level| level.opt == opt));
    target && toolchain && opt
}

fn names(expectation: &Expectation, finding: &Finding) -> bool {
    let symbol = expectation.symbol.as_deref().is_none_or(|symbol| {
        finding.symbol == symbol
            || finding.also.iter().any(|also| also == symbol)
            || finding
                .types
                .as_ref()
                .is_some_and(|(c, rust)| c == symbol || rust == symbol)
    });
    let opt = expectation
        .opt
        .is_none_or(|opt| finding.opt.is_empty() || finding.opt.contains(&opt.number()));
    let path = expectation.path.is_none_or(|path| {
        let mut calls = finding.effect.iter().flat_map(|effect| &effect.calls);
        calls.any(|call| call.path == path)
    });
    symbol && opt && path
}

/// Which sides' code can be on the other end of a call: in a boundary pair only the defining side is called.
fn calls_into(evidence: &Evidence<'_>, symbol: &str, callee: Side) -> bool {
    let defined = evidence
        .build
        .interface(callee)
        .function(symbol)
        .is_some_and(|function| function.defined);
    defined || evidence.build.form == Form::Twins
}

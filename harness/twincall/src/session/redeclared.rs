//! Symbols that one file declares by several types: each declaration is held against the other side, as if it were the only
//! one, and what is found of them is put together.

use std::collections::BTreeSet;

use twincall_abi::target::Target;

use super::{Session, Stop};
use crate::build::CaseBuild;
use crate::discover::Case;
use crate::facts::{CallKind, Finding, Verdict};
use crate::judge::{self, Evidence, Judgement};
use crate::run::plan::{Observation, Scope};
use crate::toolchain::sysroot::ReadyLibraries;

impl Session {
    /// Adds to a judgement what further declarations show, and gives the calls that were made for it.
    pub(super) fn judge_redeclared(
        &self,
        case: &Case,
        target: Target,
        libraries: &ReadyLibraries,
        first: &CaseBuild,
        judgement: &mut Judgement,
    ) -> Result<Vec<Observation>, Stop> {
        let symbols = first.rust.redeclared_symbols();
        let mut seen = Vec::new();
        for number in 0.. {
            let build = self
                .builder()
                .build_redeclared(case, target, libraries, first, number)?;
            let Some(build) = build else { break };
            let mut observations = Vec::new();
            for level in &build.levels {
                observations.extend(self.run_level(
                    &self.builder(),
                    case,
                    &build,
                    level,
                    target,
                    Scope::All,
                )?);
            }
            let evidence = Evidence {
                case,
                target,
                build: &build,
                observations: &observations,
                toolchains: [&self.c.name, &self.rust.name],
                llvm: [self.c.version.0, self.rust.llvm.0],
                further: None,
            };
            add(judgement, judge::judge(&evidence), &symbols);
            // The fixture's own calls are those that were watched before.
            let own =
                |one: &Observation| one.kind != CallKind::Tapped && symbols.contains(one.symbol.as_str());
            seen.extend(observations.into_iter().filter(own));
        }
        Ok(seen)
    }
}

/// Adds what is about these symbols and was not known.
fn add(all: &mut Judgement, more: Judgement, symbols: &BTreeSet<&str>) {
    let about = |finding: &Finding| {
        let mut names = finding.also.iter().chain([&finding.symbol]);
        names.any(|name| symbols.contains(name.as_str()))
    };
    for finding in more.findings {
        if about(&finding) && !all.findings.contains(&finding) {
            all.findings.push(finding);
        }
    }
    judge::sort(&mut all.findings);
    // An expectation is met by any of the declarations.
    all.vanished.retain(|vanished| more.vanished.contains(vanished));
    let functions = more.functions.into_iter();
    all.functions
        .extend(functions.filter(|function| symbols.contains(function.symbol.as_str())));
    for ty in more.types {
        if !all.types.contains(&ty) {
            all.types.push(ty);
        }
    }
    for note in more.notes {
        if !all.notes.contains(&note) {
            all.notes.push(note);
        }
    }
    all.conflicts.extend(more.conflicts);
    all.unsupported = all.unsupported.take().or(more.unsupported);
    if severity(more.verdict) > severity(all.verdict) {
        all.verdict = more.verdict;
    }
}

/// What the judge says of one declaration, from the best to the worst.
fn severity(verdict: Verdict) -> usize {
    let order = [
        Verdict::Conforms,
        Verdict::Agrees,
        Verdict::Ambiguous,
        Verdict::Accidental,
        Verdict::Diverges,
    ];
    order
        .iter()
        .position(|known| *known == verdict)
        .unwrap_or(order.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FunctionReport, Rule, SideFacts, SideType, TypeReport, Vanished};

    fn finding(symbol: &str, rule: Rule) -> Finding {
        Finding {
            rule,
            axis: rule.axis(),
            symbol: symbol.to_owned(),
            also: Vec::new(),
            place: "".into(),
            types: None,
            cause: None,
            sides: SideFacts::default(),
            effect: Vec::new(),
            opt: Vec::new(),
            contract_only: false,
            expected: false,
            c_declaration: None,
            rust_declaration: None,
        }
    }

    fn judgement(verdict: Verdict, findings: Vec<Finding>) -> Judgement {
        Judgement {
            verdict,
            findings,
            vanished: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            unchecked: Vec::new(),
            notes: Vec::new(),
            unsupported: None,
            conflicts: Vec::new(),
            crossings: None,
        }
    }

    /// The first judgement with what further declarations of `twice` add to it.
    fn added(mut first: Judgement, more: Judgement) -> Judgement {
        add(&mut first, more, &BTreeSet::from(["twice"]));
        first
    }

    #[test]
    fn only_what_is_about_a_symbol_with_several_declarations_is_added_once() {
        let known = finding("twice", Rule::FieldWidth);
        let reached = Finding {
            also: vec!["twice".to_owned()],
            ..finding("reaches", Rule::FieldOffset)
        };
        let more = vec![
            known.clone(),
            finding("once", Rule::FieldWidth),
            reached.clone(),
            finding("twice", Rule::FieldOffset),
        ];
        let all = added(
            judgement(Verdict::Diverges, vec![known.clone()]),
            judgement(Verdict::Diverges, more),
        );
        let mut expected = vec![known, reached, finding("twice", Rule::FieldOffset)];
        judge::sort(&mut expected);
        assert_eq!(all.findings, expected);
    }

    #[test]
    fn findings_of_both_declarations_stand_in_the_order_of_reports() {
        let quiet = Finding {
            contract_only: true,
            ..finding("twice", Rule::FieldWidth)
        };
        let all = added(
            judgement(Verdict::Accidental, vec![quiet.clone()]),
            judgement(Verdict::Diverges, vec![finding("twice", Rule::FieldWidth)]),
        );
        assert_eq!(all.findings, [finding("twice", Rule::FieldWidth), quiet]);
    }

    #[test]
    fn an_expectation_has_vanished_when_no_declaration_meets_it() {
        let vanished = |line| Vanished {
            rule: Rule::FieldWidth,
            symbol: None,
            file: "c-fixtures/one.c".to_owned(),
            line,
        };
        let mut first = judgement(Verdict::Agrees, Vec::new());
        first.vanished = vec![vanished(1), vanished(2)];
        let mut more = judgement(Verdict::Agrees, Vec::new());
        more.vanished = vec![vanished(2), vanished(3)];
        assert_eq!(added(first, more).vanished, [vanished(2)]);
    }

    #[test]
    fn functions_with_one_declaration_are_not_told_twice() {
        let function = |symbol: &str| FunctionReport {
            symbol: symbol.to_owned(),
            c: None,
            rust: None,
            standings: Vec::new(),
        };
        let mut first = judgement(Verdict::Agrees, Vec::new());
        first.functions = vec![function("once"), function("twice")];
        let more = Judgement {
            functions: first.functions.clone(),
            ..judgement(Verdict::Agrees, Vec::new())
        };
        let all = added(first, more).functions;
        let symbols: Vec<&str> = all.iter().map(|function| function.symbol.as_str()).collect();
        assert_eq!(symbols, ["once", "twice", "twice"]);
    }

    #[test]
    fn types_and_notes_are_told_once_and_contradictions_all() {
        let ty = |name: &str| TypeReport {
            c: Some(SideType {
                name: name.to_owned(),
                size: 4,
                align: None,
                fields: Vec::new(),
            }),
            rust: None,
        };
        let one = |name: &str| Judgement {
            types: vec![ty("struct known"), ty(name)],
            notes: vec!["known".to_owned(), name.to_owned()],
            conflicts: vec![name.to_owned()],
            ..judgement(Verdict::Agrees, Vec::new())
        };
        let all = added(one("first"), one("second"));
        assert_eq!(all.types, [ty("struct known"), ty("first"), ty("second")]);
        assert_eq!(all.notes, ["known", "first", "second"]);
        assert_eq!(all.conflicts, ["first", "second"]);
    }

    #[test]
    fn the_first_reason_for_no_judgement_stays_and_a_later_one_counts() {
        let reason = |reason: Option<&str>| Judgement {
            unsupported: reason.map(str::to_owned),
            ..judgement(Verdict::Agrees, Vec::new())
        };
        for (first, more, all) in [
            (None, None, None),
            (Some("first"), None, Some("first")),
            (None, Some("second"), Some("second")),
            (Some("first"), Some("second"), Some("first")),
        ] {
            let found = added(reason(first), reason(more)).unsupported;
            assert_eq!(found.as_deref(), all, "{first:?} {more:?}");
        }
    }

    #[test]
    fn the_worst_declaration_decides() {
        let order = [
            Verdict::Conforms,
            Verdict::Agrees,
            Verdict::Ambiguous,
            Verdict::Accidental,
            Verdict::Diverges,
            Verdict::Error,
        ];
        for (better, &first) in order.iter().enumerate() {
            for (worse, &more) in order.iter().enumerate() {
                let all = added(judgement(first, Vec::new()), judgement(more, Vec::new()));
                assert_eq!(all.verdict, order[better.max(worse)], "{first:?} {more:?}");
            }
        }
    }
}

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

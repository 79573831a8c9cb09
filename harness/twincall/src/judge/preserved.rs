//! What bodies do not give back to their callers (psABI 3.2.1). Those that the fixture's own code calls across the boundary are
//! judged with their calls, in `crossing`, in the same words.

use twincall_abi::interface::Side;

use super::{Draft, Findings};
use crate::facts::{Place, Rule};
use crate::run::plan::MachineSeen;

pub(super) fn judge(findings: &mut Findings<'_>) {
    for observation in findings.evidence.observations {
        let Some(MachineSeen::Body { lost }) = &observation.machine else {
            continue;
        };
        if !lost.is_empty() {
            findings
                .add(draft(&observation.symbol, observation.callee, lost).at_level(observation.opt.number()));
        }
    }
}

/// That a function of this side loses registers.
pub(super) fn draft(symbol: &str, side: Side, lost: &[&str]) -> Draft {
    let text = format!("{side} does not give back {}", lost.join(", "));
    let (c, rust) = match side {
        Side::C => (text, String::new()),
        Side::Rust => (String::new(), text),
    };
    Draft::new(Rule::CalleeSaved, symbol, Place::WHOLE, c, rust)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::CallKind;
    use crate::judge::testing::{World, called};

    #[test]
    fn the_side_that_loses_registers_is_named() {
        let mut world = World::agreed("f(a: i32)");
        for (side, lost) in [(Side::C, vec![]), (Side::Rust, vec!["rbx", "r12"])] {
            let mut body = called(CallKind::Machine, "f", side, side);
            body.machine = Some(MachineSeen::Body { lost });
            world.observations.push(body);
        }
        let findings = world.judge().findings;
        assert_eq!(findings.len(), 1, "{findings:?}");
        let found = (findings[0].rule, findings[0].c(), findings[0].rust());
        assert_eq!(
            found,
            (
                Rule::CalleeSaved,
                String::new(),
                "Rust does not give back rbx, r12".to_owned()
            )
        );
        assert_eq!(findings[0].opt.len(), 1);
    }
}

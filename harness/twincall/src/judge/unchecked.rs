//! What takes part by what its source says, and was compared with nothing: the other side does not know it, or it was refused.

use twincall_abi::interface::{Interface, Side, SourceLocation};

use super::Evidence;
use crate::facts::{Finding, Unchecked};

const NOWHERE_ELSE: &str = "declared here and nowhere else in the pair";

/// What no finding is about and nothing was held against, C's first.
pub(super) fn list(evidence: &Evidence<'_>, findings: &[Finding]) -> Vec<Unchecked> {
    let mut unchecked = Vec::new();
    for side in Side::BOTH {
        let mine = evidence.build.interface(side);
        let other = evidence.build.interface(side.other());
        let mut add = |symbol: &str, location: &SourceLocation, reason: &str| {
            let told = findings
                .iter()
                .any(|finding| finding.symbol == symbol || finding.also.iter().any(|also| also == symbol));
            if !told {
                unchecked.push(Unchecked {
                    side: Some(side),
                    symbol: Some(symbol.to_owned()),
                    location: Some(location.clone()),
                    reason: reason.to_owned(),
                });
            }
        };
        let functions = mine.functions.iter().filter(|function| !function.defined);
        let functions = functions.map(|function| (&function.symbol, &function.location));
        let data = mine.data.iter().filter(|data| !data.defined);
        let data = data.map(|data| (&data.symbol, &data.location));
        for (symbol, location) in functions.chain(data) {
            // What is refused on the other side is told there.
            let refused = other.refused.iter().any(|refusal| refusal.symbol == *symbol);
            if !knows(other, symbol) && !refused {
                add(symbol, location, NOWHERE_ELSE);
            }
        }
        for refusal in &mine.refused {
            add(&refusal.symbol, &refusal.location, &refusal.reason);
        }
    }
    unchecked
}

/// Why the pair cannot be judged, where a function that both sides know was refused.
pub(super) fn unsupported(evidence: &Evidence<'_>) -> Option<String> {
    let refused = Side::BOTH.into_iter().flat_map(|side| {
        let refusals = evidence.build.interface(side).refused.iter();
        refusals.map(move |refusal| (side, refusal))
    });
    let mut shared = refused
        .filter(|(side, refusal)| knows(evidence.build.interface(side.other()), &refusal.symbol))
        .map(|(side, refusal)| {
            format!(
                "{side} `{}` ({}): {}",
                refusal.symbol, refusal.location, refusal.reason
            )
        });
    shared.next()
}

fn knows(interface: &Interface, symbol: &str) -> bool {
    interface.function(symbol).is_some() || interface.data(symbol).is_some()
}

#[cfg(test)]
mod tests {
    use twincall_abi::interface::Refusal;

    use super::*;
    use crate::judge::testing::{World, declared, defined};

    /// What is listed of a pair that agrees on `f`, and has these items besides.
    fn listed(c: &str, rust: &str, refused: &[&str]) -> Vec<String> {
        let mut world = World::new(&(declared("f(a: i32)") + c), &(defined("f(a: i32)") + rust));
        let refusals = refused.iter().map(|symbol| Refusal {
            symbol: (*symbol).to_owned(),
            reason: "a type that is not known".to_owned(),
            location: SourceLocation::default(),
        });
        world.side(Side::Rust).refused.extend(refusals);
        let unchecked = world.judge().unchecked.into_iter();
        unchecked
            .map(|one| format!("{} `{}`: {}", one.side.unwrap(), one.symbol.unwrap(), one.reason))
            .collect()
    }

    #[test]
    fn what_only_one_side_declares_was_compared_with_nothing() {
        let only = |name: &str| vec![format!("{name}: {NOWHERE_ELSE}")];
        let none = Vec::<String>::new();
        assert_eq!(listed("", "", &[]), none);
        assert_eq!(listed(&declared("g(a: i32)"), "", &[]), only("C `g`"));
        assert_eq!(listed("", &declared("h(a: i32)"), &[]), only("Rust `h`"));
        let data = "unsafe extern \"C\" { static v: i32; }";
        assert_eq!(listed("", data, &[]), only("Rust `v`"));
        assert_eq!(listed(data, data, &[]), none, "both know it");
        assert_eq!(
            listed("", &defined("h(a: i32)"), &[]),
            none,
            "a definition needs no twin here"
        );
    }

    #[test]
    fn what_is_refused_is_told_once_and_with_its_reason() {
        let refused = |name: &str| format!("Rust `{name}`: a type that is not known");
        assert_eq!(listed("", "", &["x"]), [refused("x")]);
        assert_eq!(listed(&declared("g(a: i32)"), "", &["g"]), [refused("g")]);
        assert_eq!(listed(&declared("g(a: i32)"), "", &["h"]).len(), 2);
    }

    #[test]
    fn what_a_finding_is_about_was_compared() {
        let missing = crate::build::LinkRefusal {
            undefined: vec!["g".to_owned()],
            message: String::new(),
            command: String::new(),
        };
        let mut world = World::new(&declared("f(a: i32)"), &(defined("f(a: i32)") + &declared("g()")));
        assert_eq!(world.judge().unchecked.len(), 1);
        world.build.levels[0].linked.refusals.push(missing);
        assert_eq!(world.judge().unchecked, []);
    }
}

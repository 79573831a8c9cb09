//! Unnamed arguments of variadic calls that were not promoted. A compiler of C promotes by itself, so that only Rust is asked.

use twincall_abi::slot::Extension;

use super::{Draft, Findings};
use crate::facts::{Place, Rule};

pub(super) fn judge(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    // Optimised, the call may have been moved into another function.
    let Some(level) = evidence.build.levels.first() else {
        return;
    };
    for call in &level.rust.unpromoted {
        let caller = function_name(&call.caller);
        let symbol = call.callee.as_deref().unwrap_or(&caller);
        let (wanted, has) = match call.ty.as_str() {
            "float" => ("double", "float".to_owned()),
            "i1" => ("int", "bool".to_owned()),
            bits => ("int", format!("{} bits", &bits[1..])),
        };
        let has = match call.extension {
            Extension::None => has,
            Extension::Sign => format!("{has}, sign-extended"),
            Extension::Zero => format!("{has}, zero-extended"),
        };
        let mut new = Draft::new(
            Rule::VarargPromotion,
            symbol,
            Place::argument(call.argument as usize - 1),
            format!("{wanted}, after the promotions"),
            format!("{has} in a call in `{caller}`"),
        );
        // What is extended to 32 bits lies there as the promoted value would.
        new.contract_only = call.extension != Extension::None;
        findings.add(new);
    }
}

/// The name of a Rust function without its path, the types that it was filled in with, and what the compiler adds.
pub(super) fn function_name(symbol: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let name = name.split("::<").next().unwrap_or(&name);
    // A closure has no name of its own.
    let mut parts: Vec<&str> = name.rsplit("::").collect();
    let named = parts.iter().position(|part| !part.starts_with('{')).unwrap_or(0);
    parts.truncate(named + 1);
    parts.reverse();
    parts.join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_source() {
        for (symbol, name) in [
            ("_ZN1a4pass17h1bee92de6323f425E", "pass"),
            ("_RINvCs1234_7mycrate4passfE", "pass"),
            (
                "_ZN1a4pass28_$u7b$$u7b$closure$u7d$$u7d$17h1bee92de6323f425E",
                "pass::{{closure}}",
            ),
            ("rust_passes_float", "rust_passes_float"),
        ] {
            assert_eq!(function_name(symbol), name);
        }
    }
}

//! The change that mends a finding, in the language of the side that only declares.

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;

use crate::explain::translate;
use crate::facts::{Finding, Mend};

/// One sentence, followed by a declaration where one can be written.
pub(super) fn mend(finding: &Finding, (c, rust): &(Interface, Interface), target: Target) -> Option<String> {
    if finding.rule.mend() == Mend::Nothing {
        return None;
    }
    let both = (c.function(&finding.symbol), rust.function(&finding.symbol));
    let advice = finding.rule.help();
    let (Some(c_function), Some(rust_function)) = both else {
        return Some(advice.to_owned());
    };
    if finding.rule.mend() == Mend::Advice {
        return Some(advice.to_owned());
    }
    let (from, into, function) = if rust_function.defined && !c_function.defined {
        (rust, Side::C, rust_function)
    } else {
        (c, Side::Rust, c_function)
    };
    let (there, own) = match into {
        Side::C => (c, c_function),
        Side::Rust => (rust, rust_function),
    };
    let written = declaration(from, function, into, target);
    match written.filter(|text| {
        mends(
            finding.types.is_some(),
            text,
            declaration(there, own, into, target).as_deref(),
        )
    }) {
        Some(text) => Some(format!("declare it in {into} as it is defined:\n{text}")),
        None => Some(advice.to_owned()),
    }
}

/// Whether a declaration is another one than that which is there, and names the types that a finding about a type is about.
/// What a language cannot say, such as an empty class of C++ that takes a byte, comes out as it was.
fn mends(about_type: bool, text: &str, there: Option<&str>) -> bool {
    let untyped = text.contains("c_void") || text.contains("void *");
    let shape = |text: &str| -> String {
        // Names of C's types stand for what they are on both targets.
        let named = [
            ("c_int", "i32"),
            ("c_uint", "u32"),
            ("c_short", "i16"),
            ("c_ushort", "u16"),
        ];
        let plain = named
            .iter()
            .fold(text.replace("core::ffi::", ""), |text, (name, plain)| {
                text.replace(&format!("{name},"), &format!("{plain},"))
                    .replace(&format!("{name};"), &format!("{plain};"))
                    .replace(&format!("{name})"), &format!("{plain})"))
            });
        let words = plain.split_whitespace().filter(|word| *word != "pub");
        words.collect::<String>().to_lowercase().replace('_', "")
    };
    !(about_type && untyped) && there.is_none_or(|there| shape(there) != shape(text))
}

/// The function and the types that it needs, in the other language.
fn declaration(from: &Interface, function: &Function, into: Side, target: Target) -> Option<String> {
    let alone = translate::alone(from, function);
    let text = translate::translate(&alone, into, target, translate::Style::Readable).ok()?;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("#include"))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::mends;

    #[test]
    fn a_declaration_that_is_there_already_mends_nothing() {
        let there = "#[repr(C)] pub struct Range { pub left: i32, pub unit: Phantom, }\nunsafe fn f(range: Range) -> i32;";
        let same = "#[repr(C)] pub struct range { left: core::ffi::c_int, unit: Phantom, }\nunsafe fn f(range: range) -> core::ffi::c_int;";
        let other = same.replace("c_int,", "c_long,");
        assert!(!mends(true, same, Some(there)));
        assert!(mends(true, &other, Some(there)));
        assert!(mends(true, same, None));
        // A type that is in question has to be named.
        let untyped = "unsafe fn f(range: *const core::ffi::c_void);";
        assert!(!mends(true, untyped, Some(there)));
        assert!(mends(false, untyped, Some(there)));
    }
}

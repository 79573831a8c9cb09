//! How much of a pair is compared. Compilers take what nobody has the time to wait for.

use std::collections::BTreeSet;

use twincall_abi::interface::{Interface, Refusal};

/// Parameters of a function. C promises that a compiler takes 127 (C17 5.2.4.1).
const MOST_PARAMETERS: usize = 255;

/// Functions that both sides of a report know.
const MOST_FUNCTIONS: usize = 256;

/// Refuses functions that nobody can be meant to call.
pub(super) fn refuse_parameters(interface: &mut Interface) {
    let refused = interface
        .functions
        .extract_if(.., |function| function.signature.params.len() > MOST_PARAMETERS)
        .map(|function| Refusal {
            reason: format!(
                "it has {} parameters, and functions of more than {MOST_PARAMETERS} are not compared",
                function.signature.params.len()
            ),
            symbol: function.symbol,
            location: function.location,
        });
    interface.refused.extend(refused);
}

/// Takes from both sides the functions beyond those that a report may have compared, in the order of C's, and says how many
/// that were.
pub(super) fn leave_out(c: &mut Interface, rust: &mut Interface) -> usize {
    let known: BTreeSet<&str> = rust
        .functions
        .iter()
        .map(|function| function.symbol.as_str())
        .collect();
    let symbols = c.functions.iter().map(|function| function.symbol.as_str());
    let shared = symbols.filter(|symbol| known.contains(symbol));
    let beyond: BTreeSet<String> = shared.skip(MOST_FUNCTIONS).map(str::to_owned).collect();
    for interface in [c, rust] {
        interface
            .functions
            .retain(|function| !beyond.contains(&function.symbol));
    }
    beyond.len()
}

/// What is said of those.
pub(super) fn words(left_out: usize) -> Option<String> {
    (left_out > 0).then(|| {
        format!(
            "{left_out} further functions that both sides know: of a report the first {MOST_FUNCTIONS} are compared, so that it \
             is best cut down to those in question"
        )
    })
}

#[cfg(test)]
mod tests {
    use twincall_abi::target::Target;

    use super::*;

    fn interface(text: &str) -> Interface {
        let source = crate::interface::rust::read_source("a.rs", text, Target::X86_64LinuxGnu);
        source.unwrap().interface
    }

    fn functions(count: usize) -> Interface {
        let all: String = (0..count).map(|number| format!("fn f{number}();")).collect();
        interface(&format!("unsafe extern \"C\" {{ {all} }}"))
    }

    #[test]
    fn what_has_too_many_parameters_is_refused_by_name() {
        let with = |count: usize| {
            let all: String = (0..count).map(|number| format!("a{number}: i32,")).collect();
            let mut interface = interface(&format!("unsafe extern \"C\" {{ fn g(); fn f({all}); }}"));
            refuse_parameters(&mut interface);
            let refused = interface.refused.iter();
            let refused: Vec<String> = refused
                .map(|one| format!("{}: {}", one.symbol, one.reason))
                .collect();
            (interface.functions.len(), refused)
        };
        assert_eq!(with(255), (2, vec![]));
        let reason = "f: it has 256 parameters, and functions of more than 255 are not compared";
        assert_eq!(with(256), (1, vec![reason.to_owned()]));
    }

    #[test]
    fn of_many_functions_the_first_are_kept_on_both_sides() {
        let (mut c, mut rust) = (functions(258), functions(260));
        assert_eq!(leave_out(&mut c, &mut rust), 2);
        // What only one side knows is compared with nothing and costs nothing.
        assert_eq!((c.functions.len(), rust.functions.len()), (256, 258));
        assert!(c.function("f255").is_some() && rust.function("f256").is_none());
        assert_eq!(leave_out(&mut c, &mut rust), 0);
    }
}

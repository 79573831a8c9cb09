//! What the written ABI says of a function, in words.

use crate::report::{FunctionReport, ModelReport, ModelState, SideFunction};

/// Who does what the text says, in a line or a few.
pub(super) fn opinion(function: &FunctionReport) -> Vec<String> {
    let (Some(c), Some(rust)) = (model(&function.c), model(&function.rust)) else {
        return Vec::new();
    };
    use ModelState::{Ambiguous, Departs, Follows, Unsupported};
    let mut lines = Vec::new();
    match (c.state, rust.state) {
        (Follows, Follows) => {
            let lowering = (c.lowering == rust.lowering)
                .then_some(c.lowering.as_deref())
                .flatten();
            lines.push(match lowering {
                Some(lowering) => format!("both follow the text: {lowering}   {}", c.clauses.join("; ")),
                None => "both follow the text for what they declare, and declare different things".to_owned(),
            });
        }
        (Follows, Departs) => lines.push("Rust is the odd one out; C follows the text".to_owned()),
        (Departs, Follows) => lines.push("C is the odd one out; Rust follows the text".to_owned()),
        (Departs, Departs) => lines.push("both depart from the text".to_owned()),
        (Ambiguous, _) | (_, Ambiguous) => lines.push("the text has several readings:".to_owned()),
        (Unsupported, _) | (_, Unsupported) => {}
    }
    for (language, side) in [("C", c), ("Rust", rust)] {
        lines.extend(side.departures.iter().map(|line| format!("{language}: {line}")));
        lines.extend(
            side.readings
                .iter()
                .map(|line| format!("{language}, read by {line}")),
        );
        if let Some(reason) = &side.reason {
            lines.push(format!("{language}: the text does not settle it: {reason}"));
        }
    }
    lines
}

fn model(side: &Option<SideFunction>) -> Option<&ModelReport> {
    side.as_ref()?.model.as_ref()
}

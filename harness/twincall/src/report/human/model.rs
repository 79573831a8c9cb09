//! What the written ABI says of a function, in words.

use crate::facts::{FunctionReport, ModelReport, ModelState, SideFunction, Standing, Voice, lowering_text};

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

/// Who has an argument where, for each that not everybody has in the same place.
pub(super) fn standings(function: &FunctionReport) -> Vec<String> {
    let standings = function.standings.iter();
    standings.map(standing).collect()
}

fn standing(standing: &Standing) -> String {
    let name = |voice: &Voice| match &voice.clause {
        Some(clause) => format!("{} ({clause})", voice.name),
        None => voice.name.clone(),
    };
    let group = |group: &Vec<usize>| {
        let voices: Vec<&Voice> = group
            .iter()
            .filter_map(|&index| standing.voices.get(index))
            .collect();
        let names: Vec<String> = voices.iter().map(|voice| name(voice)).collect();
        Some(format!(
            "{} for {}",
            lowering_text(&voices.first()?.slots),
            names.join(", ")
        ))
    };
    let groups: Vec<String> = standing.groups.iter().filter_map(group).collect();
    let alone = match standing.alone.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} stands alone"),
        many => format!("; {} depart from the text", many.join(" and ")),
    };
    format!("{}: {}{alone}", standing.place, groups.join(" | "))
}

fn model(side: &Option<SideFunction>) -> Option<&ModelReport> {
    side.as_ref()?.model.as_ref()
}

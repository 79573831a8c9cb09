//! The calls that the fixture's own code made from one side to the other, as `show` prints them.

use std::fmt::Write as _;

use crate::facts::Crossings;

/// This many calls are printed.
const MOST_SHOWN: usize = 16;

/// The lines of `show`.
pub(super) fn render(crossings: &Crossings) -> String {
    let mut text = String::new();
    if let Some(first) = &crossings.first_disagreement {
        let _ = writeln!(text, "  first disagreement: {first}");
    }
    let mut during = None;
    for call in crossings.calls.iter().take(MOST_SHOWN) {
        if during != Some((&call.during, call.opt)) {
            during = Some((&call.during, call.opt));
            let _ = writeln!(text, "  calls across during {} at -O{}", call.during, call.opt);
        }
        let mut notes: Vec<String> = call.refused.iter().cloned().collect();
        if !call.aligned {
            notes.push("misaligned stack".to_owned());
        }
        if !call.lost.is_empty() {
            notes.push(format!("does not give back {}", call.lost.join(", ")));
        }
        let notes = match notes.is_empty() {
            true => String::new(),
            false => format!("   {}", notes.join("; ")),
        };
        let _ = writeln!(text, "    {}. {} {}{notes}", call.order, call.path, call.symbol);
        for value in call.arguments.iter().chain(&call.result) {
            let mark = if value.agree { " " } else { "!" };
            let _ = writeln!(text, "     {mark} {}", value.text);
        }
    }
    if crossings.calls.len() > MOST_SHOWN {
        let _ = writeln!(
            text,
            "  and {} more in the JSON report",
            crossings.calls.len() - MOST_SHOWN
        );
    }
    for line in &crossings.unwatched {
        let _ = writeln!(text, "  not watched: {line}");
    }
    text
}

//! What was compared with nothing, by reason and by name.

use std::fmt::Write as _;

use crate::facts::Report;

/// So many names of one reason are shown; a header may declare hundreds.
const NAMES: usize = 8;

/// A line for each reason; all names where everything is shown.
pub(super) fn render(report: &Report, all: bool) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (case, one) in report.unchecked() {
        let on = format!("{} on {}", case.name, case.target);
        let name = match one.symbol {
            Some(_) => format!("{one} of {on}"),
            None => on,
        };
        match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((&one.reason, vec![name])),
        }
    }
    let mut text = String::new();
    for (reason, names) in reasons {
        let shown = if all { names.len() } else { names.len().min(NAMES) };
        let more = match names.len() - shown {
            0 => String::new(),
            more => format!(" and {more} more (--verbose names them)"),
        };
        let _ = writeln!(text, "\nunchecked: {}{more}: {reason}", names[..shown].join(", "));
    }
    text
}

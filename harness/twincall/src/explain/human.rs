//! Explanations as text for a person at a terminal.

use std::fmt::Write as _;

use twincall_abi::interface::Side;
use twincall_abi::model::Clause;
use twincall_abi::slot::{Content, Location};

use super::{Answer, ExplainedTarget, Explanation, View, frame};
use crate::report::human::Paint;

mod table;

pub(super) use table::Table;

/// The whole explanation.
pub fn render(explanation: &Explanation, color: bool) -> String {
    let paint = Paint::new(color);
    let mut text = String::new();
    for note in &explanation.notes {
        let _ = writeln!(text, "{}", paint.dim(&format!("note: {note}")));
    }
    for function in &explanation.functions {
        let mut shown: Vec<&str> = Vec::new();
        for target in &function.targets {
            for side in &target.sides {
                if !shown.contains(&side.declaration.as_str()) {
                    let _ = writeln!(text, "{}", paint.bold(&side.declaration));
                    shown.push(&side.declaration);
                }
            }
        }
        for target in &function.targets {
            text.push('\n');
            render_target(&mut text, target, paint);
        }
        text.push('\n');
    }
    for refused in &explanation.refused {
        let _ = writeln!(text, "{}", paint.warn(&refused.words()));
    }
    while text.ends_with("\n\n") {
        text.pop();
    }
    paint.only(&text)
}

fn render_target(text: &mut String, target: &ExplainedTarget, paint: Paint) {
    let name = target.target;
    let title = |sides: &str| paint.bold(&format!("{} ({}){sides}", name.short(), name.triple()));
    let alike = match target.sides.as_slice() {
        [c, rust] => same_machine(&c.answer, &rust.answer),
        _ => false,
    };
    match target.sides.as_slice() {
        [c, _] if alike => {
            let _ = writeln!(text, "{}", title(", C and Rust alike"));
            render_answer(text, &c.answer, target, paint);
        }
        [c, rust] => {
            for side in [c, rust] {
                let _ = writeln!(text, "{}", title(&format!(", {}", side.side)));
                render_answer(text, &side.answer, target, paint);
            }
            text.push_str(&table::sides(&c.answer, &rust.answer, paint));
        }
        sides => {
            for side in sides {
                let _ = writeln!(text, "{}", title(""));
                render_answer(text, &side.answer, target, paint);
            }
        }
    }
    if !target.compilers.is_empty() {
        text.push_str(&table::compilers(target, alike, paint));
    }
}

/// Whether no call could tell two answers apart.
fn same_machine(one: &Answer, other: &Answer) -> bool {
    let views =
        |answer: &Answer| -> Vec<View> { answer.views().into_iter().map(|(_, view)| view.clone()).collect() };
    let (one, other) = (views(one), views(other));
    one.len() == other.len()
        && !one.is_empty()
        && one.iter().zip(&other).all(|(one, other)| {
            let machine = |view: &View| {
                let rows = view.arguments.iter().chain([&view.result]);
                let rows: Vec<_> = rows.map(|row| (row.machine(), row.unknown.clone())).collect();
                (rows, view.stack, view.buffer, view.wasm_type.clone())
            };
            machine(one) == machine(other)
        })
}

fn render_answer(text: &mut String, answer: &Answer, target: &ExplainedTarget, paint: Paint) {
    if let Answer::Unsupported(reason) = answer {
        let _ = writeln!(text, "  {}", paint.warn(&format!("not covered: {reason}")));
        return;
    }
    if let Answer::Ambiguous(readings) = answer {
        let who: Vec<&str> = readings.iter().map(|reading| reading.by.as_str()).collect();
        let _ = writeln!(
            text,
            "  {}",
            paint.warn(&format!(
                "ambiguous: {} read the text differently",
                who.join(" and ")
            ))
        );
    }
    for (reading, view) in answer.views() {
        if let Some(reading) = reading {
            let clause = reading.clause;
            let _ = writeln!(
                text,
                "  {} {}: {}",
                paint.bold(&format!("as {} reads", reading.by)),
                clause.id,
                clause.says
            );
        }
        render_view(text, view, target, paint);
    }
}

fn render_view(text: &mut String, view: &View, target: &ExplainedTarget, paint: Paint) {
    let native = !target.target.is_wasm();
    text.push_str(&rows(view, native).render("  "));
    for line in complaints(view) {
        let _ = writeln!(text, "  {}", paint.warn(&line));
    }
    for line in remarks(view, native) {
        let _ = writeln!(text, "  {line}");
    }
    // What lies behind the frame's known part is not known either.
    if !native {
        text.push_str(&buffer(view));
    } else if !view.is_partial() || !view.frame.is_empty() {
        text.push_str(&stack(view));
    }
    for clause in clauses(view) {
        let _ = writeln!(
            text,
            "  {}",
            paint.dim(&format!("{}: {}", clause.id, clause.says))
        );
    }
}

fn rows(view: &View, native: bool) -> Table {
    let mut head = vec!["argument", "size/align", "class", "slots", "extension", "clauses"];
    if !native {
        head.retain(|column| *column != "class");
    }
    let mut table = Table::new(&head);
    for row in view.arguments.iter().chain([&view.result]) {
        let size = match (row.size, row.align) {
            (Some(size), Some(align)) => format!("{size}/{align}"),
            _ => String::new(),
        };
        let mut cells = vec![row.title(), size];
        if native {
            cells.push(row.classes.join(" "));
        }
        cells.extend([row.words(), row.extension(), short_ids(&row.clauses)]);
        table.add(cells);
    }
    table
}

/// Ids of clauses, the document named once.
fn short_ids(clauses: &[Clause]) -> String {
    let mut text = String::new();
    let mut last = "";
    for clause in clauses {
        let (document, place) = clause.id.split_once(", ").unwrap_or(("", clause.id));
        if !text.is_empty() {
            text.push_str("; ");
        }
        if document != last && !document.is_empty() {
            let _ = write!(text, "{document}, ");
        }
        text.push_str(place);
        last = document;
    }
    text
}

/// Why the places of some rows are not known.
fn complaints(view: &View) -> Vec<String> {
    let rows = view.arguments.iter().chain([&view.result]);
    rows.filter_map(super::Row::complaint)
        .map(|complaint| format!("not explained: {complaint}"))
        .collect()
}

/// What belongs to no row.
fn remarks(view: &View, native: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for slot in &view.result.slots {
        if let Content::Pointer { to } = slot.slot.content {
            let place = &slot.slot.location;
            let back = if native {
                ", which the callee returns in rax"
            } else {
                ""
            };
            lines.push(format!(
                "hidden pointer: the {to} bytes of the result are written to the address in {place}{back}"
            ));
        }
    }
    for row in &view.arguments {
        for slot in row.slots.iter().filter(|slot| slot.in_buffer.is_none()) {
            if let (Content::Pointer { to }, false) = (slot.slot.content, native) {
                lines.push(format!(
                    "hidden pointer: argument {} is a copy of {to} bytes at the address in {}",
                    row.number, slot.slot.location
                ));
            }
        }
    }
    for slot in &view.hidden {
        if let Location::WasmParam { index } = slot.slot.location {
            lines.push(format!(
                "hidden: param {index} is the address of the buffer of unnamed arguments"
            ));
        }
    }
    if let Some(al) = view.al {
        lines.push(format!(
            "al: at least {al} at the call, the number of vector registers used"
        ));
    }
    let variadic = view.al.is_some() || view.buffer.is_some();
    if variadic && !view.arguments.iter().any(|row| row.unnamed) {
        lines.push("`--unnamed 'int, double'` places unnamed arguments".to_owned());
    }
    if let Some(ty) = &view.wasm_type {
        lines.push(format!("function type: {ty}"));
    }
    lines
}

/// The stack arguments, higher addresses above.
fn stack(view: &View) -> String {
    let frame = &view.frame;
    if frame.is_empty() {
        return "  stack: no arguments; at entry [rsp] holds the return address\n".to_owned();
    }
    let mut text = format!(
        "  stack: {} bytes of arguments, aligned to {} before the call\n",
        view.stack, view.stack_align
    );
    let mut table = Table::new(&["at entry", "before the call", ""]);
    let held: Vec<String> = frame
        .iter()
        .map(|row| match &row.holds {
            Some(holds) => format!("{holds}, {} bytes", row.size),
            None => format!("·· padding, {} bytes", row.size),
        })
        .chain(["return address, 8 bytes".to_owned()])
        .collect();
    let width = held
        .iter()
        .map(|text| text.chars().count())
        .max()
        .unwrap_or_default();
    let line = "─".repeat(width + 2);
    let end = i128::from(view.stack);
    table.add(vec![
        frame::address(end + 8),
        frame::address(end),
        format!("┌{line}┐ end"),
    ]);
    let boxed = |held: &str| format!("│ {held}{} │", " ".repeat(width - held.chars().count()));
    let rows: Vec<(&frame::FrameRow, &String)> = frame.iter().zip(&held).collect();
    for (row, held) in rows.into_iter().rev() {
        let offset = i128::from(row.offset);
        table.add(vec![
            frame::address(offset + 8),
            frame::address(offset),
            boxed(held),
        ]);
    }
    let back = held.last().map(String::as_str).unwrap_or_default();
    table.add(vec!["[rsp]".to_owned(), "[rsp-8]".to_owned(), boxed(back)]);
    table.add(vec![String::new(), String::new(), format!("└{line}┘")]);
    text.push_str(&table.render("    "));
    text
}

/// The buffer of unnamed arguments on wasm, lower addresses above.
fn buffer(view: &View) -> String {
    let frame = &view.frame;
    if frame.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "  buffer of unnamed arguments: {} bytes\n",
        view.buffer.unwrap_or_default()
    );
    let held: Vec<String> = frame
        .iter()
        .map(|row| match &row.holds {
            Some(holds) => format!("{holds}, {} bytes", row.size),
            None => format!("·· padding, {} bytes", row.size),
        })
        .collect();
    let width = held
        .iter()
        .map(|text| text.chars().count())
        .max()
        .unwrap_or_default();
    let line = "─".repeat(width + 2);
    let _ = writeln!(text, "    {:<6} ┌{line}┐", "");
    for (row, held) in frame.iter().zip(&held) {
        let pad = " ".repeat(width - held.chars().count());
        let _ = writeln!(text, "    {:<6} │ {held}{pad} │", format!("[{}]", row.offset));
    }
    let _ = writeln!(text, "    {:<6} └{line}┘", "");
    text
}

/// Every clause of a view once, in the order of the rows.
fn clauses(view: &View) -> Vec<Clause> {
    let mut all = Vec::new();
    for row in view.arguments.iter().chain([&view.result]) {
        for clause in &row.clauses {
            if !all.contains(clause) {
                all.push(*clause);
            }
        }
    }
    all
}

/// C, then Rust.
pub(super) fn side_name(side: Side) -> &'static str {
    match side {
        Side::C => "C",
        Side::Rust => "Rust",
    }
}

#[cfg(test)]
mod tests;

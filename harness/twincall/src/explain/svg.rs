//! Drawings as SVG: the stack or buffer of a call, and types byte by byte. Text is escaped, the ground is light, and nothing
//! outside the file is needed.

use std::fmt::Write as _;

use super::layout::cells::{self, Cell, Holds, ROW};
use super::layout::{Drawing, Layouts};
use super::{ExplainedTarget, Explanation, View, frame};
use crate::text::one_line;

/// A page that grows downwards.
#[derive(Debug, Default)]
struct Page {
    body: String,
    width: u64,
    height: u64,
}

const MARGIN: u64 = 16;
const LINE: u64 = 20;
const INK: &str = "#1b1f24";
const QUIET: &str = "#57606a";
/// Fills of fields, in turn. Dark text is readable on each.
const FILLS: [&str; 8] = [
    "#cfe8ff", "#d7f5d3", "#ffe7b8", "#f6d9f2", "#d9dcff", "#ffd9d0", "#d2f1f0", "#eee3c9",
];
const HATCH: &str = "url(#padding)";

impl Page {
    fn new() -> Page {
        Page {
            height: MARGIN,
            ..Page::default()
        }
    }

    fn text(&mut self, x: u64, y: u64, class: &str, text: &str) {
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>",
            escape(text)
        );
        // Letters of 13 pixels are at most 8 wide in a monospaced face.
        self.reach(x + text.chars().count() as u64 * 8, y);
    }

    fn line(&mut self, class: &str, text: &str) {
        self.height += LINE;
        self.text(MARGIN, self.height, class, text);
    }

    fn cell(&mut self, (x, y): (u64, u64), (width, height): (u64, u64), fill: &str, label: &str) {
        let title = escape(label);
        let _ = writeln!(
            self.body,
            "<g><title>{title}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" stroke=\"{INK}\"/>"
        );
        let room = (width / 8).saturating_sub(1) as usize;
        let shown = cut(label, room);
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" class=\"label\">{}</text></g>",
            x + width / 2,
            y + height / 2 + 5,
            escape(&shown)
        );
        self.reach(x + width, y + height);
    }

    fn reach(&mut self, x: u64, y: u64) {
        self.width = self.width.max(x);
        self.height = self.height.max(y);
    }

    fn finish(self) -> String {
        let (width, height) = (self.width + MARGIN, self.height + MARGIN);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <style>text {{ font: 13px ui-monospace, 'DejaVu Sans Mono', monospace; fill: {INK}; }} \
             .title {{ font-weight: bold; }} .quiet {{ fill: {QUIET}; }} .label {{ text-anchor: middle; }}</style>\n\
             <defs><pattern id=\"padding\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"6\" height=\"6\" fill=\"#f6f8fa\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#b6bec7\" stroke-width=\"2\"/>\
             </pattern></defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

/// A word in at most so many letters.
fn cut(word: &str, room: usize) -> String {
    if word.chars().count() <= room.max(1) {
        return word.to_owned();
    }
    let mut cut: String = word.chars().take(room.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // XML has no place for control characters, not even escaped.
    for c in one_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The frames of every function on every target, with their registers in words.
pub fn frames(explanation: &Explanation) -> String {
    let mut page = Page::new();
    for function in &explanation.functions {
        for target in &function.targets {
            for side in &target.sides {
                page.line(
                    "title",
                    &format!("{} on {}, {}", function.symbol, target.target, side.side),
                );
                page.line("quiet", &side.declaration);
                for (reading, view) in side.answer.views() {
                    if let Some(reading) = reading {
                        page.line("title", &format!("as {} reads {}", reading.by, reading.clause.id));
                    }
                    view_frame(&mut page, view, target);
                    let rows = view.arguments.iter().chain([&view.result]);
                    for complaint in rows.filter_map(super::Row::complaint) {
                        page.line("quiet", &format!("not explained: {complaint}"));
                    }
                }
                if let super::Answer::Unsupported(reason) = &side.answer {
                    page.line("quiet", &format!("not covered: {reason}"));
                }
                page.height += LINE;
            }
        }
    }
    for refused in &explanation.refused {
        page.line("quiet", &refused.words());
    }
    page.finish()
}

fn view_frame(page: &mut Page, view: &View, target: &ExplainedTarget) {
    const WIDTH: u64 = 420;
    const HEIGHT: u64 = 30;
    let native = !target.target.is_wasm();
    for row in view.arguments.iter().chain([&view.result]) {
        page.line(
            "",
            &format!("{}   {}  {}", row.title(), row.classes.join(" "), row.words()),
        );
    }
    if let Some(ty) = &view.wasm_type {
        page.line("quiet", &format!("function type: {ty}"));
    }
    if view.frame.is_empty() {
        return;
    }
    page.height += LINE / 2;
    let left = if native { 200 } else { 80 };
    if native {
        let y = page.height + LINE;
        page.text(MARGIN, y, "quiet", "at entry");
        page.text(100, y, "quiet", "before call");
    }
    let mut rows: Vec<(String, String, String, usize)> = view
        .frame
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let offset = i128::from(row.offset);
            let places = match native {
                true => (frame::address(offset + 8), frame::address(offset)),
                false => (format!("[{offset}]"), String::new()),
            };
            let label = match &row.holds {
                Some(holds) => format!("{holds}, {} bytes", row.size),
                None => String::new(),
            };
            (places.0, places.1, label, index)
        })
        .collect();
    if native {
        rows.reverse();
        rows.push((
            "[rsp]".to_owned(),
            "[rsp-8]".to_owned(),
            "return address, 8 bytes".to_owned(),
            usize::MAX,
        ));
    }
    for (entry, before, label, index) in rows {
        let y = page.height + LINE / 2;
        page.text(MARGIN, y + HEIGHT / 2 + 5, "quiet", &entry);
        page.text(100, y + HEIGHT / 2 + 5, "quiet", &before);
        let fill = match (index, label.is_empty()) {
            (_, true) => HATCH,
            (usize::MAX, _) => "#f6f8fa",
            (index, _) => FILLS[index % FILLS.len()],
        };
        page.cell((left, y), (WIDTH, HEIGHT), fill, &label);
        page.height = y + HEIGHT - LINE / 2;
    }
    page.height += LINE;
}

/// All drawings of types.
pub fn layouts(layouts: &Layouts) -> String {
    let mut page = Page::new();
    for ty in &layouts.types {
        page.line("title", &ty.name);
        for drawing in &ty.drawings {
            let title = format!(
                "{} on {}, {}: {}",
                drawing.side,
                drawing.target,
                drawing.by,
                super::layout::human::measures(drawing)
            );
            page.line("quiet", &title);
            match &drawing.unsupported {
                Some(reason) => page.line("quiet", &format!("not covered: {reason}")),
                None => bytes(&mut page, drawing),
            }
            page.height += LINE / 2;
        }
        if let Some(across) = &ty.across {
            page.line("", &across.line());
        }
        page.height += LINE;
    }
    page.finish()
}

fn bytes(page: &mut Page, drawing: &Drawing) {
    const BYTE: u64 = 64;
    const HEIGHT: u64 = 34;
    const LEFT: u64 = 64;
    let mut names: Vec<String> = Vec::new();
    let (layers, more) = cells::layers(drawing);
    page.height += LINE;
    for byte in 0..ROW.min(drawing.size) {
        page.text(
            LEFT + byte * BYTE + BYTE / 2 - 4,
            page.height,
            "quiet",
            &byte.to_string(),
        );
    }
    page.height += 6;
    for (index, layer) in layers.iter().enumerate() {
        if index > 0 {
            page.height += LINE;
            page.text(LEFT, page.height, "quiet", "or");
            page.height += 6;
        }
        for line in &layer.rows {
            let y = page.height;
            page.text(MARGIN, y + HEIGHT / 2 + 5, "quiet", &line.offset.to_string());
            for cell in &line.cells {
                let (fill, label) = look(cell, &mut names);
                if cell.holds != Holds::Elsewhere {
                    page.cell(
                        (LEFT + cell.start * BYTE, y),
                        (cell.length * BYTE, HEIGHT),
                        fill,
                        &label,
                    );
                }
            }
            page.height = y + HEIGHT;
            if line.repeated > 0 {
                page.height += LINE;
                page.text(
                    LEFT,
                    page.height,
                    "quiet",
                    &match line.repeated {
                        1 => "1 row like this".to_owned(),
                        rows => format!("{rows} rows like this"),
                    },
                );
                page.height += 6;
            }
        }
    }
    if more > 0 {
        page.height += LINE;
        page.text(LEFT, page.height, "quiet", &format!("{more} bytes more"));
    }
    for byte in cells::bytes(drawing) {
        page.height += LINE;
        let y = page.height;
        page.text(
            LEFT,
            y + 16,
            "quiet",
            &format!("byte {}, bit 7 to 0", byte.offset),
        );
        let mut x = LEFT + 170;
        for (_, length, name) in &byte.runs {
            let label = name.clone().unwrap_or_default();
            let fill = match name {
                Some(name) => fill_of(name, &mut names),
                None => HATCH,
            };
            page.cell((x, y), (length * 40, 26), fill, &label);
            x += length * 40;
        }
        page.height = y + 26 - LINE / 2;
    }
}

/// The fill and the label of a cell.
fn look(cell: &Cell, names: &mut Vec<String>) -> (&'static str, String) {
    match &cell.holds {
        Holds::Field(name) => (fill_of(name, names), name.clone()),
        Holds::Bits(list) => ("#ffffff", list.join("+")),
        Holds::Padding | Holds::Elsewhere => (HATCH, String::new()),
    }
}

fn fill_of(name: &str, names: &mut Vec<String>) -> &'static str {
    let index = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    FILLS[index % FILLS.len()]
}

#[cfg(test)]
mod tests;

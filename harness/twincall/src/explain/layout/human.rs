//! Drawings of types as text: equal ones once, the others beside one another.

use std::fmt::Write as _;

use super::cells::{self, Cell, Holds};
use super::{ABI, Drawing, DrawnType, Layouts};
use crate::report::human::Paint;

/// Columns of a byte.
const BYTE: usize = 5;

/// All drawings.
pub fn render(layouts: &Layouts, color: bool) -> String {
    let paint = Paint::new(color);
    let mut text = String::new();
    for note in &layouts.notes {
        let _ = writeln!(text, "{}", paint.dim(&format!("note: {note}")));
    }
    for (index, ty) in layouts.types.iter().enumerate() {
        if index > 0 || !layouts.notes.is_empty() {
            text.push('\n');
        }
        text.push_str(&render_type(ty, paint));
    }
    paint.only(&text)
}

fn render_type(ty: &DrawnType, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.bold(&ty.name));
    let mut groups: Vec<(Vec<&Drawing>, &Drawing)> = Vec::new();
    for drawing in &ty.drawings {
        match groups.iter_mut().find(|(_, first)| first.same_as(drawing)) {
            Some((group, _)) => group.push(drawing),
            None => groups.push((vec![drawing], drawing)),
        }
    }
    let mut blocks = Vec::new();
    for (group, drawing) in &groups {
        let mut block = vec![title(group)];
        block.extend(block_lines(drawing));
        blocks.push(block);
    }
    for pair in blocks.chunks(2) {
        text.push_str(&beside(pair));
    }
    for drawing in &ty.drawings {
        if let Some(clause) = drawing.clause {
            let line = format!(
                "  ambiguous: {} ({}): {}",
                drawing.by, drawing.target, clause.says
            );
            let _ = writeln!(text, "{}", paint.warn(&line));
        }
    }
    if let Some(across) = &ty.across {
        let line = across.line();
        let line = if across.same {
            paint.good(&line)
        } else {
            paint.bad(&line)
        };
        let _ = writeln!(text, "  {line}");
        if let Some(advice) = &across.advice {
            let _ = writeln!(text, "    {advice}");
        }
    }
    text
}

/// `C and Rust, native and wasm, by clang-22 and rustc-1.96`.
fn title(group: &[&Drawing]) -> String {
    let mut sides: Vec<String> = Vec::new();
    let mut targets: Vec<String> = Vec::new();
    let mut by: Vec<String> = Vec::new();
    for drawing in group {
        for (list, word) in [
            (
                &mut sides,
                super::super::human::side_name(drawing.side).to_owned(),
            ),
            (&mut targets, drawing.target.to_string()),
            (&mut by, drawing.by.clone()),
        ] {
            if !list.contains(&word) {
                list.push(word);
            }
        }
    }
    // A group that is no full table of sides by targets names each.
    if group.len() != sides.len() * targets.len() {
        let each: Vec<String> = group
            .iter()
            .map(|drawing| format!("{} {}", drawing.side, drawing.target))
            .collect();
        return format!("{}, by {}", each.join(", "), by.join(" and "));
    }
    let by = match by.as_slice() {
        [only] if only == ABI => String::new(),
        by => format!(", by {}", by.join(" and ")),
    };
    format!("{}, {}{by}", sides.join(" and "), targets.join(" and "))
}

fn block_lines(drawing: &Drawing) -> Vec<String> {
    if let Some(reason) = &drawing.unsupported {
        return vec![format!("not covered: {reason}")];
    }
    let mut lines = vec![measures(drawing)];
    let (layers, more) = cells::layers(drawing);
    if drawing.size > 0 {
        let numbers: Vec<String> = (0..cells::ROW.min(drawing.size))
            .map(|byte| format!("{byte:^BYTE$}"))
            .collect();
        lines.push(format!("      {}", numbers.concat()).trim_end().to_owned());
    }
    for (index, layer) in layers.iter().enumerate() {
        if index > 0 {
            lines.push("   or".to_owned());
        }
        for line in &layer.rows {
            lines.push(format!("{:>4} {}", line.offset, row(&line.cells)));
            if line.repeated > 0 {
                let plural = if line.repeated == 1 { "" } else { "s" };
                lines.push(format!("     … {} row{plural} like this", line.repeated));
            }
        }
    }
    if more > 0 {
        lines.push(format!("     … {more} bytes more"));
    }
    for byte in cells::bytes(drawing) {
        let mut line = format!("bits of byte {}: 7", byte.offset);
        for (_, length, name) in &byte.runs {
            let width = *length as usize * 3 - 1;
            let _ = write!(line, "│{}", fit(name.as_deref().unwrap_or("··"), width));
        }
        lines.push(line + "│0");
    }
    let width = drawing
        .fields
        .iter()
        .map(|field| cells::label(field).chars().count())
        .max()
        .unwrap_or_default();
    for field in &drawing.fields {
        let name = cells::label(field);
        let pad = " ".repeat(width - name.chars().count());
        lines.push(format!(
            "{:>4} {name}{pad}  {}: {}",
            offset(field.offset_bits),
            extent(field.width_bits),
            field.kind
        ));
    }
    lines
}

/// `12 bytes, align 4, 3 bytes of padding`.
pub(in crate::explain) fn measures(drawing: &Drawing) -> String {
    let align = drawing
        .align
        .map(|align| format!(", align {align}"))
        .unwrap_or_default();
    let padding = match drawing.padding_bits {
        0 => "no padding".to_owned(),
        bits => format!("{} of padding", extent(bits)),
    };
    format!("{}{align}, {padding}", extent(drawing.size * 8))
}

fn offset(bits: u64) -> String {
    match bits % 8 {
        0 => (bits / 8).to_string(),
        rest => format!("{}:{rest}", bits / 8),
    }
}

fn extent(bits: u64) -> String {
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    match (bits / 8, bits % 8) {
        (bytes, 0) => format!("{bytes} byte{}", plural(bytes)),
        (0, bits) => format!("{bits} bit{}", plural(bits)),
        (bytes, rest) => format!("{bytes} byte{} and {rest} bit{}", plural(bytes), plural(rest)),
    }
}

fn row(cells: &[Cell]) -> String {
    let mut text = String::new();
    for cell in cells {
        let width = cell.length as usize * BYTE - 1;
        match &cell.holds {
            Holds::Field(name) => {
                let _ = write!(text, "│{}", fit(name, width));
            }
            Holds::Bits(names) => {
                let _ = write!(text, "│{}", fit(&names.join("+"), width));
            }
            Holds::Padding => {
                let dots = vec![" ·· "; cell.length as usize].join(" ");
                let _ = write!(text, "│{dots}");
            }
            Holds::Elsewhere => {
                let _ = write!(text, "│{}", " ".repeat(width));
            }
        }
    }
    text + "│"
}

/// A word in exactly this width, cut where it is longer.
fn fit(word: &str, width: usize) -> String {
    let length = word.chars().count();
    if length <= width {
        return format!("{word:^width$}");
    }
    // The end of a path tells more than its beginning.
    if let Some(dot) = word
        .rfind('.')
        .filter(|dot| word[*dot..].chars().count() <= width)
    {
        return format!("{:^width$}", &word[dot..]);
    }
    let mut cut: String = word.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Blocks of lines in columns.
fn beside(blocks: &[Vec<String>]) -> String {
    let height = blocks.iter().map(Vec::len).max().unwrap_or_default();
    let mut text = String::new();
    for index in 0..height {
        let mut line = String::from("  ");
        for (column, block) in blocks.iter().enumerate() {
            let content = block.get(index).map_or("", String::as_str);
            line.push_str(content);
            if column + 1 < blocks.len() {
                let width = block
                    .iter()
                    .map(|line| line.chars().count())
                    .max()
                    .unwrap_or_default();
                line.push_str(&" ".repeat(width - content.chars().count() + 3));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;

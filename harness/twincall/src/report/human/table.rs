//! Layouts and slots of both sides side by side, with a mark where they part.

use std::fmt::Write as _;

use super::{Paint, slot_text};
use crate::facts::{FieldRow, FunctionReport, LevelSlots, SideType, TypeReport};

/// Both sides' layouts of a type.
pub(crate) fn layouts(ty: &TypeReport, paint: Paint) -> String {
    match (&ty.c, &ty.rust) {
        (Some(c), Some(rust)) => two_layouts(("C", c), ("Rust", rust), paint),
        _ => String::new(),
    }
}

/// Two layouts side by side, each under its name.
pub(crate) fn two_layouts(one: (&str, &SideType), other: (&str, &SideType), paint: Paint) -> String {
    let ((one_name, one), (other_name, other)) = (one, other);
    let mut rows = vec![(
        format!("{one_name} {}", title(one)),
        format!("{other_name} {}", title(other)),
        false,
    )];
    let count = one.fields.len().max(other.fields.len());
    for index in 0..count {
        let (left, right) = (one.fields.get(index), other.fields.get(index));
        let differ = match (left, right) {
            (Some(left), Some(right)) => {
                (left.offset_bits, left.width_bits, &left.kind)
                    != (right.offset_bits, right.width_bits, &right.kind)
                    || left.path != right.path
            }
            _ => true,
        };
        rows.push((
            left.map(row).unwrap_or_default(),
            right.map(row).unwrap_or_default(),
            differ,
        ));
    }
    rows[0].2 = one.size != other.size || one.align != other.align;
    columns(&rows, paint)
}

fn title(ty: &SideType) -> String {
    let align = ty
        .align
        .map(|align| format!(", align {align}"))
        .unwrap_or_default();
    format!("{}: {} bytes{align}", ty.name, ty.size)
}

fn row(field: &FieldRow) -> String {
    let bits = match field.offset_bits % 8 {
        0 => String::new(),
        rest => format!(":{rest}"),
    };
    let path = if field.path.is_empty() {
        "(value)"
    } else {
        &field.path
    };
    format!("  {:>3}{bits} {path}: {}", field.offset_bits / 8, field.kind)
}

/// Both sides' slots, argument by argument, once for all levels that agree.
pub(crate) fn slots(function: &FunctionReport, paint: Paint) -> String {
    let title = |language: &str| format!("{language} {}", function.symbol);
    match (&function.c, &function.rust) {
        (Some(c), Some(rust)) => two_slots((&title("C"), &c.levels), (&title("Rust"), &rust.levels), paint),
        _ => String::new(),
    }
}

/// Two lists of slots side by side, each under its title, once for all levels that agree.
pub(crate) fn two_slots(one: (&str, &[LevelSlots]), other: (&str, &[LevelSlots]), paint: Paint) -> String {
    let mut text = String::new();
    let mut shown: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for left in one.1 {
        let Some(right) = other.1.iter().find(|right| right.opt == left.opt) else {
            continue;
        };
        let pair = (cells(left), cells(right));
        if shown.contains(&pair) {
            continue;
        }
        let mut rows = vec![(one.0.to_owned(), other.0.to_owned(), false)];
        let count = pair.0.len().max(pair.1.len());
        for index in 0..count {
            let left = pair.0.get(index).cloned().unwrap_or_default();
            let right = pair.1.get(index).cloned().unwrap_or_default();
            let differ = left != right;
            rows.push((left, right, differ));
        }
        text.push_str(&columns(&rows, paint));
        shown.push(pair);
    }
    text
}

fn cells(level: &LevelSlots) -> Vec<String> {
    let mut cells: Vec<String> = level
        .arguments
        .iter()
        .enumerate()
        .map(|(index, slots)| {
            let name = if level.attributed {
                format!("argument {}", index + 1)
            } else {
                "arguments".to_owned()
            };
            format!("  {name}: {}", slot_text(slots))
        })
        .collect();
    cells.push(format!("  result: {}", slot_text(&level.result)));
    cells
}

fn columns(rows: &[(String, String, bool)], paint: Paint) -> String {
    let width = rows
        .iter()
        .map(|(left, ..)| left.chars().count())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for (left, right, differ) in rows {
        let padding = " ".repeat(width - left.chars().count());
        let line = format!("    {left}{padding} {} {right}", if *differ { "≠" } else { "|" });
        let line = line.trim_end();
        let _ = writeln!(
            text,
            "{}",
            if *differ { paint.bad(line) } else { line.to_owned() }
        );
    }
    text
}

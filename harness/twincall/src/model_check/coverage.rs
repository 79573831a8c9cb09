//! What the generated signatures reach: which classes, with how many registers left, in which position and direction.

use std::collections::BTreeMap;
use std::fmt::Write;

use twincall_abi::model::{Class, ModelArgument, ModelLowering, ModelSlot};
use twincall_abi::slot::{Content, Location};

/// A situation in which an argument or result is lowered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Cell {
    /// Classes of the first two eightbytes, or one word for what is in memory.
    classes: String,
    /// General registers left, 0 to 6; `None` for a result.
    general_left: Option<usize>,
    vectors_left: Option<usize>,
    /// First, later, or unnamed.
    position: &'static str,
}

/// How often each situation was met.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    cells: BTreeMap<Cell, usize>,
}

/// The situations of one signature.
pub(super) fn cells(lowering: &ModelLowering, named: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    let (mut general, mut vectors) = (6usize, 8usize);
    if !lowering.result.classes.is_empty() || !lowering.result.slots.is_empty() {
        cells.push(Cell {
            classes: classes(&lowering.result),
            general_left: None,
            vectors_left: None,
            position: "result",
        });
        if super::expected::in_memory(&lowering.result) {
            general -= 1;
        }
    }
    for (index, argument) in lowering.arguments.iter().enumerate() {
        cells.push(Cell {
            classes: classes(argument),
            general_left: Some(general),
            vectors_left: Some(vectors),
            position: match index {
                0 => "first",
                index if index < named => "later",
                _ => "unnamed",
            },
        });
        for slot in &argument.slots {
            match &slot.slot.location {
                Location::Register(name) if name.contains("mm") => vectors = vectors.saturating_sub(1),
                Location::Register(_) => general = general.saturating_sub(1),
                _ => {}
            }
        }
    }
    cells
}

fn classes(argument: &ModelArgument) -> String {
    match argument.classes.as_slice() {
        [] => wasm_classes(argument),
        [Class::Memory, ..] => "MEMORY".to_owned(),
        [one] => one.to_string(),
        [one, two, rest @ ..] => format!("{one} {two}{}", if rest.is_empty() { "" } else { " .." }),
    }
}

/// On wasm there are no classes: what crosses is values, a pointer, or nothing.
fn wasm_classes(argument: &ModelArgument) -> String {
    let place = |slot: &ModelSlot| {
        if slot.in_buffer.is_some() {
            " in buffer"
        } else {
            ""
        }
    };
    match argument.slots.as_slice() {
        [] => "nothing".to_owned(),
        [slot] => match slot.slot.content {
            Content::Pointer { .. } => format!("pointer{}", place(slot)),
            Content::Value => format!("value of {}{}", slot.slot.width, place(slot)),
        },
        [slot, rest @ ..] => format!("{} values{}", rest.len() + 1, place(slot)),
    }
}

/// Counts by general registers left and by vector registers left, and of results.
type Row = ([usize; 7], [usize; 9], usize);

impl Coverage {
    /// How many of these situations are new.
    pub(super) fn gain(&self, cells: &[Cell]) -> usize {
        cells
            .iter()
            .filter(|cell| !self.cells.contains_key(*cell))
            .count()
    }

    pub(super) fn add(&mut self, cells: Vec<Cell>) {
        for cell in cells {
            *self.cells.entry(cell).or_default() += 1;
        }
    }

    /// How many different situations were met.
    pub fn reached(&self) -> usize {
        self.cells.len()
    }

    /// The table: a row for each pair of classes and position, a column for each number of registers left.
    pub fn table(&self) -> String {
        let mut rows: BTreeMap<(&str, &str), Row> = BTreeMap::new();
        for (cell, count) in &self.cells {
            let row = rows.entry((&cell.classes, cell.position)).or_default();
            match (cell.general_left, cell.vectors_left) {
                (Some(general), Some(vectors)) => {
                    row.0[general.min(6)] += count;
                    row.1[vectors.min(8)] += count;
                }
                _ => row.2 += count,
            }
        }
        let mut text = String::from(
            "classes               position   by general registers left 0..6            by vector registers left 0..8\n",
        );
        for ((classes, position), (general, vectors, whole)) in rows {
            let list = |counts: &[usize]| {
                let counts: Vec<String> = counts.iter().map(|count| format!("{count:>5}")).collect();
                counts.join("")
            };
            let counts = match position {
                "result" => format!("{whole:>5}"),
                _ => format!("{} |{}", list(&general), list(&vectors)),
            };
            let _ = writeln!(text, "{classes:<21} {position:<9} {counts}");
        }
        text
    }
}

#[cfg(test)]
mod tests;

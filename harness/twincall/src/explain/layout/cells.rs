//! A drawing as rows of eight bytes, cut into cells. Members of unions that overlap go to further layers.

use super::{Drawing, FieldPlace};

/// Bytes of a row.
pub const ROW: u64 = 8;
/// Rows of a drawing; what lies behind is said in words.
const MOST_ROWS: u64 = 64;

/// All bytes once, or those of a further member of a union.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layer {
    pub rows: Vec<Line>,
}

/// Eight bytes or fewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub offset: u64,
    pub cells: Vec<Cell>,
    /// So many rows like this one follow and are left out.
    pub repeated: u64,
}

/// Neighbouring bytes of one content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Of the row, from 0.
    pub start: u64,
    pub length: u64,
    pub holds: Holds,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Holds {
    Field(String),
    /// Fields that share bytes, or bit-fields that leave bits free.
    Bits(Vec<String>),
    Padding,
    /// Bytes that another layer shows.
    Elsewhere,
}

/// The bits of one byte, from the highest down: the field of each, or padding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Byte {
    pub offset: u64,
    /// First bit, number of bits, field.
    pub runs: Vec<(u64, u64, Option<String>)>,
}

/// The layers of a drawing. The last value says how many bytes are not drawn.
pub fn layers(drawing: &Drawing) -> (Vec<Layer>, u64) {
    let shown = drawing.size.min(MOST_ROWS * ROW);
    let mut layers: Vec<Vec<&FieldPlace>> = Vec::new();
    for field in &drawing.fields {
        let free = |layer: &Vec<&FieldPlace>| layer.iter().all(|other| !overlap(other, field));
        match layers.iter_mut().find(|layer| free(layer)) {
            Some(layer) => layer.push(field),
            None => layers.push(vec![field]),
        }
    }
    if layers.is_empty() {
        layers.push(Vec::new());
    }
    let drawn = layers.iter().enumerate();
    let drawn = drawn
        .map(|(index, fields)| layer(fields, &drawing.fields, index == 0, shown))
        .collect();
    (drawn, drawing.size - shown)
}

fn overlap(one: &FieldPlace, other: &FieldPlace) -> bool {
    let end = |field: &FieldPlace| field.offset_bits.saturating_add(field.width_bits);
    one.offset_bits < end(other) && other.offset_bits < end(one)
}

fn layer(fields: &[&FieldPlace], all: &[FieldPlace], first: bool, size: u64) -> Layer {
    let mut rows: Vec<Line> = Vec::new();
    let mut offset = 0;
    while offset < size {
        let mut cells: Vec<Cell> = Vec::new();
        for start in 0..ROW.min(size - offset) {
            let holds = byte(fields, all, offset + start, first);
            match cells.last_mut().filter(|last| last.holds == holds) {
                Some(last) => last.length += 1,
                None => cells.push(Cell {
                    start,
                    length: 1,
                    holds,
                }),
            }
        }
        let alike =
            |line: &Line| matches!(line.cells.as_slice(), [Cell { length: ROW, .. }]) && line.cells == cells;
        // A long array is one row and a count; its first and last row are shown.
        match rows.last_mut().filter(|line| alike(line)) {
            Some(line) if offset + ROW < size => line.repeated += 1,
            _ => rows.push(Line {
                offset,
                cells,
                repeated: 0,
            }),
        }
        offset += ROW;
    }
    // A layer of a few members says nothing of the other rows.
    if !first {
        rows.retain(|line| line.cells.iter().any(|cell| cell.holds != Holds::Elsewhere));
    }
    Layer { rows }
}

fn byte(fields: &[&FieldPlace], all: &[FieldPlace], offset: u64, first: bool) -> Holds {
    let touches = |field: &FieldPlace| {
        field.offset_bits < offset * 8 + 8 && field.offset_bits.saturating_add(field.width_bits) > offset * 8
    };
    let here: Vec<&&FieldPlace> = fields.iter().filter(|field| touches(field)).collect();
    match here.as_slice() {
        [] if all.iter().any(touches) => Holds::Elsewhere,
        [] if first => Holds::Padding,
        [] => Holds::Elsewhere,
        [field] if whole(field, offset) => Holds::Field(label(field)),
        fields => Holds::Bits(fields.iter().map(|field| label(field)).collect()),
    }
}

fn whole(field: &FieldPlace, offset: u64) -> bool {
    field.offset_bits <= offset * 8 && field.offset_bits.saturating_add(field.width_bits) >= offset * 8 + 8
}

/// What a cell says; a type that is one value has no path.
pub fn label(field: &FieldPlace) -> String {
    match field.path.as_str() {
        "" => "value".to_owned(),
        path => path.to_owned(),
    }
}

/// The bytes that bit-fields share or fill in part, bit by bit.
pub fn bytes(drawing: &Drawing) -> Vec<Byte> {
    let bit_fields: Vec<&FieldPlace> = drawing.fields.iter().filter(|field| field.bit_field).collect();
    let mut bytes = Vec::new();
    for offset in 0..drawing.size.min(MOST_ROWS * ROW) {
        let fields: Vec<&FieldPlace> = bit_fields
            .iter()
            .copied()
            .filter(|field| {
                field.offset_bits < offset * 8 + 8
                    && field.offset_bits.saturating_add(field.width_bits) > offset * 8
            })
            .collect();
        if fields.is_empty() || fields.iter().any(|field| whole(field, offset)) {
            continue;
        }
        let mut runs: Vec<(u64, u64, Option<String>)> = Vec::new();
        for bit in (0..8).rev() {
            let at = offset * 8 + bit;
            let holds =
                |field: &&&FieldPlace| field.offset_bits <= at && at < field.offset_bits + field.width_bits;
            let name = fields.iter().find(holds).map(|field| label(field));
            match runs.last_mut().filter(|run| run.2 == name) {
                Some(run) => {
                    run.0 = bit;
                    run.1 += 1;
                }
                None => runs.push((bit, 1, name)),
            }
        }
        bytes.push(Byte { offset, runs });
    }
    bytes
}

#[cfg(test)]
mod tests;

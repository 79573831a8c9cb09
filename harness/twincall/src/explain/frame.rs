//! The stack of a call, and on wasm the buffer of unnamed arguments, as rows from the lowest address up.

use serde::Serialize;
use twincall_abi::slot::Location;

use super::view::Row;

/// Some bytes of a stack or buffer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FrameRow {
    /// Bytes from the stack pointer before the call, which is 8 less than at entry; or from the start of the buffer.
    pub offset: u64,
    pub size: u64,
    /// `argument 7 v`; nothing for padding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<String>,
}

/// The stack arguments of a call, with the padding between them and after them.
pub(super) fn stack(arguments: &[Row], end: u64) -> Vec<FrameRow> {
    let mut rows = Vec::new();
    for row in arguments {
        for slot in &row.slots {
            if let Location::Stack { offset } = slot.slot.location {
                rows.push(held(row, offset.0, slot.slot.width.0));
            }
        }
    }
    padded(rows, end)
}

/// The buffer of unnamed arguments.
pub(super) fn buffer(arguments: &[Row], end: u64) -> Vec<FrameRow> {
    let mut rows = Vec::new();
    for row in arguments {
        for slot in &row.slots {
            if let Some(offset) = slot.in_buffer {
                rows.push(held(row, offset, slot.slot.width.0));
            }
        }
    }
    padded(rows, end)
}

fn held(row: &Row, offset: u64, size: u64) -> FrameRow {
    let holds = match &row.name {
        Some(name) => format!("argument {} {name}", row.number),
        None => format!("argument {}: {}", row.number, row.ty),
    };
    FrameRow {
        offset,
        size,
        holds: Some(holds),
    }
}

/// Fills the gaps; neighbours of one argument are one row.
fn padded(mut rows: Vec<FrameRow>, end: u64) -> Vec<FrameRow> {
    rows.sort_by_key(|row| row.offset);
    let mut all: Vec<FrameRow> = Vec::new();
    let mut at = 0;
    for row in rows {
        if let Some(last) = all
            .last_mut()
            .filter(|last| last.holds == row.holds && at == row.offset)
        {
            last.size += row.size;
            at += row.size;
            continue;
        }
        if row.offset > at {
            all.push(padding(at, row.offset));
        }
        at = row.offset.saturating_add(row.size);
        all.push(row);
    }
    if end > at {
        all.push(padding(at, end));
    }
    all
}

fn padding(from: u64, to: u64) -> FrameRow {
    FrameRow {
        offset: from,
        size: to - from,
        holds: None,
    }
}

/// `[rsp+8]`, `[rsp]`, `[rsp-8]`.
pub(super) fn address(offset: i128) -> String {
    match offset {
        0 => "[rsp]".to_owned(),
        offset => format!("[rsp{offset:+}]"),
    }
}

#[cfg(test)]
mod tests;

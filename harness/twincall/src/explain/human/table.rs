//! Tables in columns, and the comparison of sides and compilers.

use crate::explain::{Answer, Column, ExplainedTarget, Row, View};
use crate::report::human::Paint;

/// Rows of cells under a head.
#[derive(Clone, Debug)]
pub(in crate::explain) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(in crate::explain) fn new(head: &[&str]) -> Table {
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        Table { rows: vec![head] }
    }

    pub(in crate::explain) fn add(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table with every line behind `indent`. A column without content is left out.
    pub(in crate::explain) fn render(&self, indent: &str) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| cell(row, column).chars().count())
                .max()
                .unwrap_or_default()
        };
        let filled = |column: usize| self.rows.iter().skip(1).any(|row| !cell(row, column).is_empty());
        let shown: Vec<(usize, usize)> = (0..columns)
            .filter(|column| filled(*column))
            .map(|column| (column, width(column)))
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = indent.to_owned();
            for (column, width) in &shown {
                let content = cell(row, *column);
                let pad = " ".repeat(width - content.chars().count() + 2);
                line.push_str(&content);
                line.push_str(&pad);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// The slots of two sides that part, with a mark where they do.
pub(super) fn sides(c: &Answer, rust: &Answer, paint: Paint) -> String {
    let (c, rust) = (c.views(), rust.views());
    let ([(_, c)], [(_, rust)]) = (c.as_slice(), rust.as_slice()) else {
        return String::new();
    };
    let mut table = Table::new(&["side by side", "C", "", "Rust"]);
    let count = c.arguments.len().max(rust.arguments.len());
    let show = |row: Option<&Row>| row.map_or("no such argument".to_owned(), with_extension);
    for index in 0..count {
        let (left, right) = (show(c.arguments.get(index)), show(rust.arguments.get(index)));
        let mark = if left == right { "|" } else { "≠" };
        table.add(vec![
            format!("argument {}", index + 1),
            left,
            mark.to_owned(),
            right,
        ]);
    }
    let (left, right) = (with_extension(&c.result), with_extension(&rust.result));
    let mark = if left == right { "|" } else { "≠" };
    table.add(vec!["result".to_owned(), left, mark.to_owned(), right]);
    marked(&table.render("  "), paint)
}

/// What compilers do beside what the text says.
pub(super) fn compilers(target: &ExplainedTarget, alike: bool, paint: Paint) -> String {
    let mut text = String::new();
    let sides = if alike {
        &target.sides[..1]
    } else {
        target.sides.as_slice()
    };
    for side in sides {
        let columns: Vec<&Column> = target
            .compilers
            .iter()
            .filter(|column| sides.len() == 1 || column.side == side.side)
            .collect();
        for (reading, view) in side.answer.views() {
            let by = reading.map_or("the written ABI".to_owned(), |reading| {
                format!("as {} reads", reading.by)
            });
            text.push_str(&compiler_table(&by, view, &columns, paint));
        }
    }
    for column in &target.compilers {
        if let Some(reason) = &column.unavailable {
            text.push_str(&format!("  {}: not known: {reason}\n", column.compiler));
        }
    }
    text
}

fn compiler_table(by: &str, view: &View, columns: &[&Column], paint: Paint) -> String {
    let columns: Vec<&&Column> = columns
        .iter()
        .filter(|column| column.unavailable.is_none())
        .collect();
    if columns.is_empty() {
        return String::new();
    }
    let mut head = vec!["compilers", by];
    head.extend(columns.iter().map(|column| column.compiler.as_str()));
    let mut table = Table::new(&head);
    for row in view.arguments.iter().chain([&view.result]) {
        let mut cells = vec![row.place(), with_extension(row)];
        for column in &columns {
            cells.push(column.against(row));
        }
        table.add(cells);
    }
    marked(&table.render("  "), paint)
}

fn with_extension(row: &Row) -> String {
    match row.extension().as_str() {
        "" => row.words(),
        extension => format!("{} {extension}", row.words()),
    }
}

fn marked(text: &str, paint: Paint) -> String {
    let lines = text.lines().map(|line| {
        let line = if line.contains('≠') {
            paint.bad(line)
        } else {
            line.to_owned()
        };
        line + "\n"
    });
    lines.collect()
}

#[cfg(test)]
mod tests;

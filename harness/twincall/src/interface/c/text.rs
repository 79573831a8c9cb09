//! Takes from the source text what clang's syntax tree does not say: declarations as they are written, and
//! operands of attributes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::json::{Node, Place, Point};

/// Source files, read once.
pub(super) struct Sources<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    files: RefCell<HashMap<Rc<str>, Option<Rc<str>>>>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Sources {
            read,
            files: RefCell::default(),
        }
    }

    /// The declaration as written, without body and initialiser, white space folded. `None` where it comes
    /// out of a macro or its file cannot be read.
    pub(super) fn declaration(&self, node: &Node) -> Option<String> {
        let (begin, end) = (node.begin.as_ref()?, node.end.as_ref()?);
        let body = node.child("CompoundStmt").and_then(|body| body.begin.as_ref());
        let stop = match body {
            Some(body) => body.expansion.offset,
            None => end.expansion.offset + end.expansion.length,
        };
        // The tree does not keep where an initialiser starts, so such declarations are put together.
        if begin.in_macro()
            || end.in_macro()
            || !node.init.is_empty()
            || begin.expansion.file != end.expansion.file
        {
            return None;
        }
        let text = self.file(&begin.expansion)?;
        let text = fold(text.get(begin.expansion.offset..stop)?);
        // With an attribute inside a declarator, clang's range may end at the name.
        (text.matches('(').count() == text.matches(')').count()).then_some(text)
    }

    /// The string operand of an attribute: `avx2,fma` for `target("avx2,fma")`.
    pub(super) fn string_operand(&self, attribute: &Node) -> Option<String> {
        let text = self.spelled(attribute.begin.as_ref()?, attribute.end.as_ref()?)?;
        let mut operand = String::new();
        // Adjacent literals are one string.
        for (index, piece) in text.split('"').enumerate() {
            if index % 2 == 1 {
                operand.push_str(piece);
            }
        }
        (!operand.is_empty()).then_some(operand)
    }

    /// The packing that `#pragma pack` has in force before a place, in bytes. Conditional directives are
    /// not evaluated, and packing set in another file is not seen.
    pub(super) fn packing(&self, place: &Place) -> Option<u64> {
        let text = self.file(&place.expansion)?;
        let mut stack = Vec::new();
        let mut current = None;
        for line in text.get(..place.expansion.offset)?.lines() {
            let Some(operands) = pack_operands(line) else {
                continue;
            };
            let mut value = None;
            let mut popped = false;
            for word in &operands {
                match *word {
                    "push" => stack.push(current),
                    "pop" => {
                        current = stack.pop().flatten();
                        popped = true;
                    }
                    other => value = other.parse().ok().or(value),
                }
            }
            match value {
                Some(value) => current = Some(value),
                None if operands.is_empty() && !popped => current = None,
                None => {}
            }
        }
        current
    }

    fn spelled(&self, begin: &Place, end: &Place) -> Option<String> {
        let text = self.file(&begin.spelling)?;
        let stop = end.spelling.offset + end.spelling.length;
        Some(text.get(begin.spelling.offset..stop)?.to_owned())
    }

    fn file(&self, point: &Point) -> Option<Rc<str>> {
        let mut files = self.files.borrow_mut();
        files
            .entry(point.file.clone())
            .or_insert_with(|| (self.read)(&point.file).map(Rc::from))
            .clone()
    }
}

/// The words between the parentheses of a `#pragma pack` line.
fn pack_operands(line: &str) -> Option<Vec<&str>> {
    let rest = line
        .trim_start()
        .strip_prefix('#')?
        .trim_start()
        .strip_prefix("pragma")?;
    let rest = rest
        .trim_start()
        .strip_prefix("pack")?
        .trim_start()
        .strip_prefix('(')?;
    let inside = rest.split(')').next().unwrap_or("");
    Some(
        inside
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect(),
    )
}

/// Folds white space and comments into single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("//").into_iter().chain(rest.find("/*")).min() {
        plain.push_str(&rest[..at]);
        plain.push(' ');
        let (end, length) = if rest[at..].starts_with("//") {
            ("\n", 1)
        } else {
            ("*/", 2)
        };
        rest = rest[at + 2..]
            .find(end)
            .map_or("", |found| &rest[at + 2 + found + length..]);
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

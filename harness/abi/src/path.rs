//! The way from a value to what lies in it or behind it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One step of a [`Path`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A field, or a member of a union, by its name in the source.
    Field(String),
    /// An element of an array, counted from 0.
    Element(u64),
    /// Bytes that only together are the same on both sides, as around bit-fields: from `start` up to `end`.
    Bytes { start: u64, end: u64 },
    /// What a pointer leads to.
    Pointee,
    /// The function behind a pointer, as a whole.
    Callback,
    /// What the function behind a pointer takes, counted from 0.
    CallbackArgument(usize),
    /// What the function behind a pointer returns.
    CallbackResult,
}

/// The steps from a value to a part of it; none for the value itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(Vec<Step>);

impl Path {
    /// The value itself.
    pub const WHOLE: Path = Path(Vec::new());

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One step further.
    #[must_use]
    pub fn then(&self, step: Step) -> Path {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// To a field. A field without a name is no step: its own fields belong to the type around it.
    #[must_use]
    pub fn field(&self, name: &str) -> Path {
        match name {
            "" => self.clone(),
            name => self.then(Step::Field(name.to_owned())),
        }
    }

    /// This way, and another from where it ends.
    #[must_use]
    pub fn join(&self, further: &Path) -> Path {
        self.0.iter().chain(&further.0).cloned().collect()
    }

    /// The text of the way from something that has a name: `*argument 1.flags`.
    pub fn after(&self, start: &str) -> String {
        let mut text = start.to_owned();
        for step in &self.0 {
            let dot = if text.is_empty() { "" } else { "." };
            let comma = if text.is_empty() { "" } else { ", " };
            match step {
                Step::Field(name) => text.extend([dot, name]),
                Step::Element(index) => text.push_str(&format!("[{index}]")),
                Step::Bytes { start, end } => text.push_str(&format!("[{start}..{end}]")),
                Step::Pointee => text.insert(0, '*'),
                Step::CallbackArgument(index) => {
                    text.push_str(&format!("{comma}callback argument {}", index + 1));
                }
                Step::Callback => text.extend([comma, "callback"]),
                Step::CallbackResult => text.extend([comma, "callback result"]),
            }
        }
        text
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Path {
        Path(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    /// `b.x[2]`, with `*` before it for each pointer that was followed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.after(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_written_as_c_writes_them() {
        let node = Path::WHOLE.field("node").field("next");
        assert_eq!(node.to_string(), "node.next");
        assert_eq!(node.then(Step::Pointee).to_string(), "*node.next");
        assert_eq!(
            node.then(Step::Element(2)).field("x").to_string(),
            "node.next[2].x"
        );
        let behind = Path::WHOLE.then(Step::Pointee).field("flags");
        assert_eq!(behind.after("argument 1"), "*argument 1.flags");
        let callback = Path::WHOLE.field("run").then(Step::CallbackArgument(1));
        assert_eq!(
            callback.field("code").after("argument 1"),
            "argument 1.run, callback argument 2.code"
        );
        assert_eq!(
            Path::WHOLE.then(Step::CallbackResult).to_string(),
            "callback result"
        );
        assert_eq!(
            Path::WHOLE.then(Step::Bytes { start: 4, end: 6 }).to_string(),
            "[4..6]"
        );
    }

    #[test]
    fn a_field_without_a_name_is_no_step() {
        assert_eq!(Path::WHOLE.field(""), Path::WHOLE);
        assert_eq!(Path::WHOLE.field("").field("a"), Path::WHOLE.field("a"));
    }
}

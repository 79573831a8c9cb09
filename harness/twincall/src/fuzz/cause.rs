//! Why pairs did not come out as wanted: what those that fail alike have in common.

use crate::facts::{Place, Root};
use serde::{Deserialize, Serialize};
use twincall_abi::path::{Path, Step};
use twincall_abi::target::Target;

use super::outcome::{At, Judged, Outcome};
use super::plan::Kind;

/// The word for a pair without a mistake.
pub const CORRECT: &str = "correct";

/// What pairs that fail alike have in common. Numbers and names are no part of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Cause {
    pub target: Target,
    pub outcome: Outcome,
    /// The kind of mistake, or [`CORRECT`].
    pub kind: String,
    /// The rule of the finding that decided; empty where there was none.
    pub rule: String,
    /// The shape of the place, or of the words of what is no finding.
    pub place: String,
}

impl Cause {
    /// The cause of an outcome that is not as wanted.
    pub(super) fn of(target: Target, kind: Option<Kind>, judged: &Judged) -> Option<Cause> {
        if judged.outcome.is_wanted() {
            return None;
        }
        Some(Cause {
            target,
            outcome: judged.outcome,
            kind: kind.map_or(CORRECT, Kind::id).to_owned(),
            rule: judged.rule.clone(),
            place: match &judged.at {
                At::Nowhere => String::new(),
                At::Place(place) => shape_of_place(place),
                At::Words(words) => shape_of_words(words),
            },
        })
    }

    /// `accused natively: correct, param-type at argument N.field`.
    pub fn sentence(&self) -> String {
        let mut text = format!(
            "{} on {}: {}",
            self.outcome.name(),
            self.target.short(),
            self.kind
        );
        if !self.rule.is_empty() {
            text.push_str(&format!(", {}", self.rule));
        }
        match (self.rule.is_empty(), self.place.is_empty()) {
            (_, true) => {}
            (true, false) => text.push_str(&format!(", {}", self.place)),
            (false, false) => text.push_str(&format!(" at {}", self.place)),
        }
        text
    }
}

/// `*argument N.field` of `*argument 2.flags.low`: what is behind a root is a field, however deep and by whatever name.
fn shape_of_place(place: &Place) -> String {
    let mut steps: Vec<Step> = Vec::new();
    for step in place.path.steps() {
        let step = match step {
            Step::Field(_) | Step::Element(_) | Step::Bytes { .. } => Step::Field("field".to_owned()),
            step => step.clone(),
        };
        let again = matches!(step, Step::Field(_)) && steps.last() == Some(&step);
        if !again {
            steps.push(step);
        }
    }
    let root = match place.root {
        Root::Whole if !steps.is_empty() => "the variable".to_owned(),
        root => root.to_string(),
    };
    digits(&steps.into_iter().collect::<Path>().after(&root))
}

/// A text in which every number and every word with a number in it is `N`, and what was quoted is `…`.
fn shape_of_words(text: &str) -> String {
    let mut shape = String::new();
    let mut quoted = false;
    for piece in text.split_inclusive('`') {
        let (body, mark) = match piece.strip_suffix('`') {
            Some(body) => (body, "`"),
            None => (piece, ""),
        };
        if quoted && !mark.is_empty() {
            shape.push('…');
        } else {
            shape.push_str(&words(body));
        }
        shape.push_str(mark);
        quoted = !quoted;
    }
    let most = shape.char_indices().nth(160).map_or(shape.len(), |(at, _)| at);
    shape.truncate(most);
    shape
}

/// Every word with a digit in it as `N`.
fn words(text: &str) -> String {
    let mut shape = String::new();
    let mut word = String::new();
    let end = |word: &mut String, shape: &mut String| {
        match word.chars().any(|letter| letter.is_ascii_digit()) {
            true => shape.push('N'),
            false => shape.push_str(word),
        }
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            word.push(letter);
        } else {
            end(&mut word, &mut shape);
            shape.push(letter);
        }
    }
    end(&mut word, &mut shape);
    shape
}

fn digits(text: &str) -> String {
    let mut shape = String::new();
    for letter in text.chars() {
        match letter.is_ascii_digit() {
            true if shape.ends_with('N') => {}
            true => shape.push('N'),
            false => shape.push(letter),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_alike_has_one_shape() {
        let flags = Place::argument(11)
            .then(Step::Pointee)
            .field("flags")
            .field("low");
        assert_eq!(shape_of_place(&flags), "*argument N.field");
        let element = Place::argument(0)
            .then(Step::Pointee)
            .field("b")
            .then(Step::Element(3));
        assert_eq!(shape_of_place(&element), shape_of_place(&flags));
        assert_eq!(shape_of_place(&Place::RESULT), "result");
        assert_eq!(shape_of_place(&Root::Arguments.into()), "all arguments");
        let variable = Place::WHOLE.field("offset").then(Step::Element(3));
        assert_eq!(shape_of_place(&variable), "the variable.field");
        let callback = Place::argument(0)
            .field("run")
            .then(Step::CallbackArgument(1))
            .field("code");
        assert_eq!(
            shape_of_place(&callback),
            "argument N.field, callback argument N.field"
        );
        let one = "C `p12_take`: the value of rdi is 4 of 16 bytes in p12_s";
        let other = "C `p7_f`: the value of rdi is 8 of 24 bytes in p7_t";
        assert_eq!(shape_of_words(one), shape_of_words(other));
        assert_eq!(
            shape_of_words(one),
            "C `…`: the value of rdi is N of N bytes in N"
        );
    }
}

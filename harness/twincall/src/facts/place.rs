//! Where in a declaration something is.

use std::fmt;

use serde::{Deserialize, Serialize};
use twincall_abi::path::{Path, Step};

#[cfg(test)]
mod testing;

/// What of a function or variable is meant, before any way into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Root {
    /// The function itself, the variable, or the type.
    #[default]
    Whole,
    /// A parameter, counted from 0.
    Argument(usize),
    /// All parameters, where nobody knows which value belongs to which.
    Arguments,
    Result,
    /// What a parameter, counted from 0, points at after a call.
    Buffer(usize),
}

/// A part of a function or variable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Shown", try_from = "Shown")]
pub struct Place {
    pub root: Root,
    pub path: Path,
}

impl Place {
    /// The function itself, the variable, or the type.
    pub const WHOLE: Place = Place {
        root: Root::Whole,
        path: Path::WHOLE,
    };
    pub const RESULT: Place = Place {
        root: Root::Result,
        path: Path::WHOLE,
    };

    /// A parameter, counted from 0.
    pub fn argument(index: usize) -> Place {
        Root::Argument(index).into()
    }

    /// A parameter, or the result where there is no index.
    pub fn of_value(argument: Option<usize>) -> Place {
        argument.map_or(Place::RESULT, Place::argument)
    }

    pub fn is_whole(&self) -> bool {
        *self == Place::WHOLE
    }

    /// The index of a parameter that is meant as a whole.
    pub fn as_argument(&self) -> Option<usize> {
        match self.root {
            Root::Argument(index) if self.path.is_empty() => Some(index),
            _ => None,
        }
    }

    /// One step further.
    #[must_use]
    pub fn then(&self, step: Step) -> Place {
        self.with(self.path.then(step))
    }

    /// To a field; one without a name is no step.
    #[must_use]
    pub fn field(&self, name: &str) -> Place {
        self.with(self.path.field(name))
    }

    /// This way, and another from where it ends.
    #[must_use]
    pub fn join(&self, further: &Path) -> Place {
        self.with(self.path.join(further))
    }

    fn with(&self, path: Path) -> Place {
        Place {
            root: self.root,
            path,
        }
    }

    /// The steps inside of a type, which are the same from wherever the type is reached: those of `b` for `*argument 2.b`.
    pub fn inside(&self) -> &[Step] {
        let steps = self.path.steps();
        let is_inside = |step: &Step| matches!(step, Step::Field(_) | Step::Element(_) | Step::Bytes { .. });
        &steps[steps.iter().position(is_inside).unwrap_or(steps.len())..]
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Place {
        place.clone()
    }
}

impl From<Root> for Place {
    fn from(root: Root) -> Place {
        Place {
            root,
            path: Path::WHOLE,
        }
    }
}

impl fmt::Display for Root {
    /// `argument 1`; nothing for the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Root::Whole => Ok(()),
            Root::Argument(index) => write!(f, "argument {}", index + 1),
            Root::Arguments => f.write_str("all arguments"),
            Root::Result => f.write_str("result"),
            Root::Buffer(index) => write!(f, "buffer of argument {}", index + 1),
        }
    }
}

impl fmt::Display for Place {
    /// `*argument 1.flags`; nothing for the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.after(&self.root.to_string()))
    }
}

/// A place in JSON: the text for people, and what it is made of.
#[derive(Serialize, Deserialize)]
struct Shown {
    place: String,
    at: At,
}

#[derive(Serialize, Deserialize)]
struct At {
    root: Root,
    #[serde(default, skip_serializing_if = "Path::is_empty")]
    path: Path,
}

impl From<Place> for Shown {
    fn from(place: Place) -> Shown {
        Shown {
            place: place.to_string(),
            at: At {
                root: place.root,
                path: place.path,
            },
        }
    }
}

impl TryFrom<Shown> for Place {
    type Error = String;

    fn try_from(shown: Shown) -> Result<Place, String> {
        let place = Place {
            root: shown.at.root,
            path: shown.at.path,
        };
        match place.to_string() {
            text if text == shown.place => Ok(place),
            text => Err(format!(
                "`place` is \"{}\", and `at` says \"{text}\"",
                shown.place
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_and_kept() {
        let place = Place::argument(0).then(Step::Pointee).field("flags");
        assert_eq!(place.to_string(), "*argument 1.flags");
        let json = serde_json::to_value(&place).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "place": "*argument 1.flags",
                "at": {"root": {"argument": 0}, "path": ["pointee", {"field": "flags"}]},
            })
        );
        assert_eq!(serde_json::from_value::<Place>(json.clone()).unwrap(), place);
        let mut other = json;
        other["place"] = "result".into();
        assert!(
            serde_json::from_value::<Place>(other).is_err(),
            "the two say different things"
        );
        assert_eq!(Place::WHOLE.to_string(), "");
        assert_eq!(Place::RESULT.to_string(), "result");
        assert_eq!(
            Place::from(Root::Buffer(1)).then(Step::Element(3)).to_string(),
            "buffer of argument 2[3]"
        );
    }

    #[test]
    fn a_type_has_the_same_inside_wherever_it_is() {
        let behind = Place::argument(1).then(Step::Pointee).field("b");
        assert_eq!(behind.inside(), Place::argument(0).field("b").inside());
        assert_ne!(behind.inside(), Place::argument(0).field("c").inside());
        assert!(Place::argument(0).then(Step::CallbackResult).inside().is_empty());
        assert_eq!(behind.as_argument(), None);
        assert_eq!(Place::argument(1).as_argument(), Some(1));
    }
}

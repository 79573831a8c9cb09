//! One rule broken at one place, with the evidence of both sides.

use serde::{Deserialize, Serialize};
use twincall_abi::interface::SourceLocation;

use super::{Axis, Effect, Fact, Place, Rule};

/// One rule broken at one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub rule: Rule,
    pub axis: Axis,
    /// The function, global variable or `same` pair where it shows.
    pub symbol: String,
    /// Others that the same cause reaches.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    #[serde(flatten)]
    pub place: Place,
    /// The types that differ, where the finding is about a type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub types: Option<(String, String)>,
    /// The types whose difference this follows from, where the finding is not about a type itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<(String, String)>,
    #[serde(flatten)]
    pub sides: SideFacts,
    /// What it did when it ran.
    pub effect: Vec<Effect>,
    /// Optimisation levels at which it shows; all where it does not depend on them.
    pub opt: Vec<u8>,
    /// The contracts differ and the machine does the same.
    pub contract_only: bool,
    /// A directive `expect` knows it.
    pub expected: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c_declaration: Option<Declaration>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust_declaration: Option<Declaration>,
}

/// The evidence of each side.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Shown", into = "Shown")]
pub struct SideFacts {
    pub c: Fact,
    pub rust: Fact,
}

/// Evidence in JSON: the words for people, and what they are made of where they are made of something.
#[derive(Serialize, Deserialize)]
struct Shown {
    c: String,
    rust: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    c_value: Option<Fact>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    rust_value: Option<Fact>,
}

impl From<SideFacts> for Shown {
    fn from(sides: SideFacts) -> Shown {
        let value = |fact: Fact| match fact {
            Fact::Nothing | Fact::Words { .. } => None,
            fact => Some(fact),
        };
        Shown {
            c: sides.c.to_string(),
            rust: sides.rust.to_string(),
            c_value: value(sides.c),
            rust_value: value(sides.rust),
        }
    }
}

impl From<Shown> for SideFacts {
    fn from(shown: Shown) -> SideFacts {
        SideFacts {
            c: shown.c_value.unwrap_or_else(|| shown.c.into()),
            rust: shown.rust_value.unwrap_or_else(|| shown.rust.into()),
        }
    }
}

/// A declaration as the source has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Declaration {
    pub text: String,
    pub location: SourceLocation,
    pub defined: bool,
}

impl Finding {
    /// What C has there, in words; empty where it says nothing.
    pub fn c(&self) -> String {
        self.sides.c.to_string()
    }

    /// What Rust has there, in words; empty where it says nothing.
    pub fn rust(&self) -> String {
        self.sides.rust.to_string()
    }

    /// `argument 1 of f`, or `f` where it is about the function itself.
    pub fn whereabouts(&self) -> String {
        match self.place.is_whole() {
            true => self.symbol.clone(),
            false => format!("{} of {}", self.place, self.symbol),
        }
    }
}
